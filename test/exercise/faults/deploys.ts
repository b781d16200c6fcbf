import type { Fault } from './fault.ts'
import { provider } from './provider.ts'

/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:9'

/** The order service with another address of somebody whom it needs. */
const wrongAddresses = {
  ORDER_PAYMENT_URL: nowhere,
  ORDER_PRODUCT_URL: nowhere,
} as const

export const deployFaults: readonly Fault[] = [
  {
    name: 'bad-config-after-deploy',
    draw(random) {
      const variable = random.pick(Object.keys(wrongAddresses) as (keyof typeof wrongAddresses)[])
      return {
        detail: variable,
        truth: { service: 'order', errorType: /^(refused|reset)$/, kind: 'configuration' },
        isDeploy: true,
        async inject({ redeploy }) {
          await redeploy('order', { [variable]: wrongAddresses[variable] })
          return () => redeploy('order')
        },
      }
    },
  },
  {
    name: 'wrong-flag',
    draw: () => ({
      detail: 'PRODUCT_MAX_ENTRIES=1',
      // Its replacement is away for a moment, which calls meet first.
      truth: { service: 'product', errorType: /^(503|refused|reset)$/, kind: 'configuration' },
      isDeploy: true,
      async inject({ redeploy }) {
        await redeploy('product', { PRODUCT_MAX_ENTRIES: '1' })
        return () => redeploy('product')
      },
    }),
  },
  {
    name: 'expired-reservation-race',
    draw(random) {
      const heldMs = Math.round(random.between(600, 1000))
      return {
        detail: `held for ${heldMs} ms, paid for 1500 ms`,
        truth: { service: 'product', kind: 'race' },
        sign: (seconds) => `sum(increase(toko_reservations_expired_total[${seconds}s]))`,
        async prepare({ redeploy }) {
          await redeploy('product', { PRODUCT_HELD_LIMIT_MS: String(heldMs), PRODUCT_OVERDUE_REPEAT_MS: '1000' })
          return () => redeploy('product')
        },
        // Reservations run out while their payments are under way.
        inject: provider({ kind: 'delay', operations: ['authorise'], delayMs: 1500 }),
      }
    },
  },
]
