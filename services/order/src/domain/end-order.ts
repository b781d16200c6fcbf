import type { OrderReason } from '@toko/contracts'
import { giveUpPayment } from './apply-payment.ts'
import type { Cancellation, Order } from './order.ts'
import { lastPayment } from './order.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

/** The buyer or staff ends the order before it is authorised (steps 14, 16); null when it can't be ended now. */
export function cancel(order: Order, cancellation: Cancellation, decision: Decision): Transition | null {
  const reason: OrderReason = cancellation.by === 'user' ? 'cancelled-by-user' : 'cancelled-by-staff'
  const withReason = { ...order, cancellation }
  if (order.status === 'pending' || order.status === 'reserved')
    return { ...moveTo(withReason, 'cancelling', decision, { reason }), from: order }
  const given = giveUpPayment(withReason, reason, decision)
  return given && { ...given, from: order }
}

/** Ends what has used up its time (steps 14, 16); null while there is time left. */
export function applyTimeLimit(order: Order, decision: Decision): Transition | null {
  const { nowMs, limits } = decision
  if (order.status === 'pending' && nowMs - order.history[0]!.at > limits.pendingLimitMs)
    return moveTo(order, 'cancelling', decision, { reason: 'pending-timeout' })
  if (order.status === 'reserved' && !order.nextMethod && order.holdEndsAt !== undefined && nowMs >= order.holdEndsAt)
    return moveTo(order, 'cancelling', decision, {
      reason: order.payments.length > 0 ? 'payment-declined' : 'unpaid-timeout',
    })
  if (order.status === 'paying' && nowMs - lastPayment(order)!.firstCallAt > limits.payingLimitMs)
    return giveUpPayment(order, 'payment-timeout', decision)
  return null
}
