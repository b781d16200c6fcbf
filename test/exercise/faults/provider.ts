import { PaymentFaults } from '@toko/contracts'
import type { Drawn, Fault, World } from './fault.ts'

/** The simulated provider's own switches (`PUT /faults` of the payment service). */
export const provider =
  (...faults: readonly object[]) =>
  async ({ connection }: World) => {
    const put = async (wanted: readonly object[]) =>
      connection.payment.call({
        method: 'PUT',
        path: '/faults',
        headers: await connection.asStaff(),
        body: { faults: wanted },
        answer: { 200: PaymentFaults },
      })
    await put(faults)
    return () => put([])
  }

const authorise = ['authorise', 'query'] as const
const payment = (operation: RegExp, errorType: RegExp, kind: string): Drawn['truth'] => ({
  service: 'payment',
  operation,
  errorType,
  kind,
})

export const providerFaults: readonly Fault[] = [
  {
    name: 'http-500',
    draw(random) {
      const effect = random.pick(['none', 'before'] as const)
      return {
        detail: `payment, effect ${effect}`,
        truth: payment(/\/payments\/\{key\}/, /^500$/, 'answer'),
        inject: provider({ kind: 'error-500', operations: authorise, effect }),
      }
    },
  },
  {
    name: 'time-out',
    draw(random) {
      const delayMs = Math.round(random.between(6000, 12_000))
      return {
        detail: `payment answers after ${delayMs} ms`,
        truth: payment(/\/payments\/\{key\}/, /^timeout$/, 'latency'),
        inject: provider({ kind: 'delay', operations: authorise, delayMs }),
      }
    },
  },
  {
    name: 'broken-contract',
    draw: () => ({
      detail: 'payment answers half a document',
      truth: payment(/\/payments\/\{key\}/, /^malformed$/, 'contract'),
      inject: provider({ kind: 'malformed', operations: authorise }),
    }),
  },
  {
    name: 'declined-cards',
    draw: (random) => {
      const method = random.pick(['card_declined', 'card_insufficient_funds'] as const)
      return {
        detail: method,
        truth: { service: 'payment', kind: 'none' },
        mustStaySilent: true,
        sign: (seconds) => `sum(increase(toko_payment_attempts_total{outcome="declined"}[${seconds}s]))`,
        async inject({ traffic }) {
          traffic.payWith(method)
          return async () => traffic.payWith('card_ok')
        },
      }
    },
  },
]
