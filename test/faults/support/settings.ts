import { serviceNames } from '@toko/cli'

/** Variables that every service gets under its own prefix: `ofEach({ LOG_LEVEL: 'warn' })`. */
export const ofEach = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    serviceNames.flatMap((service) =>
      Object.entries(settings).map(([name, value]) => [`${service.toUpperCase()}_${name}`, value]),
    ),
  )

/** A slow machine is none of the faults that tests make: nobody sheds load for it. */
export const unhurried = ofEach({ MAX_LOOP_DELAY_MS: '10000' })

/** An order that gets no answer is given up soon, and whoever waits for it looks often. */
export const impatient = {
  ORDER_PENDING_LIMIT_MS: '12000',
  ORDER_PAYING_LIMIT_MS: '8000',
  ORDER_STOCK_CALL_MS: '3000',
  ORDER_PROVIDER_CALL_MS: '2000',
  ORDER_FIRST_SWEEP_MS: '1000',
  ORDER_SWEEP_EVERY_MS: '250',
  ORDER_MAX_BACKOFF_MS: '1000',
  ORDER_MAX_UNPAID_PER_USER: '10000',
}
