import type { OrderReason } from '@toko/contracts'
import type { Limits } from './limits.ts'
import { lastPayment, type Order, withLastPayment } from './order.ts'
import { closeRefunding, withOwedRefund } from './refund.ts'
import { type Decision, moveTo, noted, type Transition } from './transition.ts'

/** What the payment provider said of a key. `unknown` is not `failed` (R13): it changes nothing. */
export type PaymentOutcome =
  | { readonly kind: 'approved'; readonly amountMinor: number }
  | { readonly kind: 'declined'; readonly declineCode?: string | undefined; readonly retryable: boolean }
  | { readonly kind: 'voided' }
  | { readonly kind: 'captured'; readonly refunds?: readonly { readonly id: string; readonly amountMinor: number }[] }
  | { readonly kind: 'unknown' }

/** What the provider said of a refund. `refused`: it certainly did not pay, and will not; a person must look. */
export type RefundOutcome =
  | { readonly kind: 'succeeded'; readonly amountMinor: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' }

/** Another attempt may be asked for. */
export const isPayable = (order: Order, limits: Limits): boolean =>
  order.status === 'reserved' && !order.nextMethod && order.payments.length < limits.maxPaymentAttempts

/** reserved → paying: the attempt exists before the provider hears of it (R1, R11; step 10). */
export function startPayment(order: Order, decision: Decision): Transition | null {
  const next = order.nextMethod
  const last = lastPayment(order)
  const isLastFinal = last === undefined || last.state === 'declined'
  if (order.status !== 'reserved' || !next || !isLastFinal) return null
  if (order.payments.length >= decision.limits.maxPaymentAttempts) return null
  const attempt = order.payments.length + 1
  const payment = {
    attempt,
    key: `${order._id}:${attempt}`,
    method: next.method,
    amountMinor: order.totalMinor,
    state: 'requested' as const,
    firstCallAt: decision.nowMs,
    ...(next.requestKey === undefined ? {} : { requestKey: next.requestKey }),
  }
  const { nextMethod: _, ...rest } = order
  return { ...moveTo(rest, 'paying', decision, { payments: [...order.payments, payment] }), from: order }
}

/** paying → authorised, reserved, cancelling or voiding (steps 12, 13); null for an answer to another attempt or status. */
export function applyAuthorisation(
  order: Order,
  key: string,
  outcome: PaymentOutcome,
  decision: Decision,
): Transition | null {
  const payment = lastPayment(order)
  if (order.status !== 'paying' || payment?.key !== key) return null
  if (outcome.kind === 'approved' || outcome.kind === 'captured') {
    if (outcome.kind === 'approved' && outcome.amountMinor !== payment.amountMinor)
      return giveUpPayment(order, 'payment-mismatch', decision)
    return moveTo(order, 'authorised', decision, { payments: withLastPayment(order, { state: 'approved' }) })
  }
  if (outcome.kind !== 'declined') return null
  const { declineCode, retryable } = outcome
  const payments = withLastPayment(order, { state: 'declined', retryable, ...(declineCode ? { declineCode } : {}) })
  return order.payments.length < decision.limits.maxPaymentAttempts
    ? moveTo(order, 'reserved', decision, { payments })
    : moveTo(order, 'cancelling', decision, { payments, reason: 'payment-declined' })
}

/** paying → voiding: the only way out of an answer that doesn't come (step 14). */
export function giveUpPayment(order: Order, reason: OrderReason, decision: Decision): Transition | null {
  if (order.status !== 'paying') return null
  return moveTo(order, 'voiding', decision, { reason, payments: withLastPayment(order, { state: 'unknown' }) })
}

/** Step 20: the money is there. Noted only; the confirmation was announced already. */
export function applyCapture(
  order: Order,
  key: string,
  outcome: PaymentOutcome,
  decision: Decision,
): Transition | null {
  const payment = lastPayment(order)
  const isWaiting = order.status === 'confirmed' && payment?.key === key && payment.state === 'approved'
  if (!isWaiting || outcome.kind !== 'captured') return null
  return noted(order, decision, { payments: withLastPayment(order, { state: 'captured' }) })
}

/**
 * voiding → cancelling, refunding → cancelled once the provider will never take money for the key (step 15). A capture that
 * was faster than the void of a cancelled order becomes a refund of the whole, in the same write.
 */
export function applyVoid(order: Order, key: string, outcome: PaymentOutcome, decision: Decision): Transition | null {
  const payment = lastPayment(order)
  if (payment?.key !== key) return null
  if (order.status === 'refunding' && payment.state === 'approved' && outcome.kind === 'captured') {
    const payments = withLastPayment(order, { state: 'captured' })
    return noted(order, decision, { payments, ...withOwedRefund({ ...order, payments }, decision) })
  }
  if (outcome.kind !== 'voided' && outcome.kind !== 'declined') return null
  const payments = withLastPayment(order, { state: outcome.kind })
  if (order.status === 'voiding') return moveTo(order, 'cancelling', decision, { payments })
  return payment.state === 'approved' ? closeRefunding(order, decision, { payments }) : null
}
