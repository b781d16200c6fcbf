import { errors, type ProblemError } from '@toko/contracts'
import { lastPayment, type Order } from '../domain/order.ts'

/** What a client that waits can be told for certain; `under-way` when it can't yet. */
export type Outcome = 'confirmed' | 'needs-payment' | 'under-way' | ProblemError

const stockReasons = ['insufficient-stock', 'unavailable', 'too-old']

/** The typed answer for the state an order is in (commerce-api.md, "POST /v1/orders answers"). */
export function outcomeOf(order: Order): Outcome {
  const orderId = order._id
  if (['confirmed', 'shipped', 'completed'].includes(order.status)) return 'confirmed'
  if (order.status === 'rejected' && stockReasons.includes(order.reason ?? ''))
    return errors.insufficientStock({ extensions: { orderId, reason: order.reason, shortages: order.shortages ?? [] } })
  if (order.reason === 'price-changed')
    return errors.priceChanged({
      extensions: {
        orderId,
        changes: {
          expectedTotalMinor: order.expectedTotalMinor,
          totalMinor: order.totalMinor,
          currency: order.currency,
        },
      },
    })
  const payment = lastPayment(order)
  const isDeclined = payment?.state === 'declined' && !order.nextMethod
  if (isDeclined && (order.status === 'reserved' || order.reason === 'payment-declined'))
    return errors.paymentDeclined({
      extensions: {
        orderId,
        declineCode: payment.declineCode ?? 'declined',
        retryable: order.status === 'reserved' && payment.retryable === true,
      },
    })
  if (order.status === 'reserved' && !order.nextMethod) return 'needs-payment'
  if (['cancelled', 'expired'].includes(order.status))
    return errors.conflict({ detail: `the order is ${order.status}`, extensions: { orderId, reason: order.reason } })
  return 'under-way'
}
