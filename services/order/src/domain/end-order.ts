import type { OrderReason } from '@toko/contracts'
import { returnsOf, shipmentsOf } from './ledgers.ts'
import { giveUpPayment } from './apply-payment.ts'
import type { Limits } from './limits.ts'
import type { Cancellation, Order } from './order.ts'
import { lastPayment } from './order.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

const isUntouched = (order: Order): boolean => shipmentsOf(order).length === 0 && returnsOf(order).length === 0

/** Before the pivot, and again once confirmed as long as nothing has left; not between the two. */
export const isCancellable = (order: Order): boolean =>
  ['pending', 'reserved', 'paying'].includes(order.status) || (order.status === 'confirmed' && isUntouched(order))

/** The buyer or staff ends the order (steps 14, 16; after placement by way of freeing); null when it can't be ended now. */
export function cancel(order: Order, cancellation: Cancellation, decision: Decision): Transition | null {
  if (!isCancellable(order)) return null
  const reason: OrderReason = cancellation.by === 'user' ? 'cancelled-by-user' : 'cancelled-by-staff'
  const withReason = { ...order, cancellation }
  const ended =
    order.status === 'paying'
      ? giveUpPayment(withReason, reason, decision)
      : moveTo(withReason, order.status === 'confirmed' ? 'freeing' : 'cancelling', decision, { reason })
  return ended && { ...ended, from: order }
}

/** The first moment at which an order's time is used up, ms since 1970; undefined where nothing ends by a clock. */
export function timeLimitAt(order: Order, limits: Limits): number | undefined {
  if (order.status === 'pending') return order.history[0]!.at + limits.pendingLimitMs + 1
  if (order.status === 'reserved') return order.nextMethod ? undefined : order.holdEndsAt
  if (order.status === 'paying') return lastPayment(order)!.firstCallAt + limits.payingLimitMs + 1
  return undefined
}

/** Ends what has used up its time (steps 14, 16); null while there is time left. */
export function applyTimeLimit(order: Order, decision: Decision): Transition | null {
  const { nowMs, limits } = decision
  const limitAt = timeLimitAt(order, limits)
  if (limitAt === undefined || nowMs < limitAt) return null
  if (order.status === 'pending') return moveTo(order, 'cancelling', decision, { reason: 'pending-timeout' })
  if (order.status === 'reserved')
    return moveTo(order, 'cancelling', decision, {
      reason: order.payments.length > 0 ? 'payment-declined' : 'unpaid-timeout',
    })
  return giveUpPayment(order, 'payment-timeout', decision)
}
