import type { OrderReason } from '@toko/contracts'
import { lastPayment, type Order, withLastPayment } from './order.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

/** What the payment provider said of a key. `unknown` is not `failed` (R13): it changes nothing. */
export type PaymentOutcome =
  | { readonly kind: 'approved'; readonly amountMinor: number }
  | { readonly kind: 'declined'; readonly declineCode?: string | undefined; readonly retryable: boolean }
  | { readonly kind: 'voided' }
  | { readonly kind: 'captured' }
  | { readonly kind: 'unknown' }

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

/** voiding → cancelling once the provider will never take money for the key (step 15). */
export function applyVoid(order: Order, key: string, outcome: PaymentOutcome, decision: Decision): Transition | null {
  const payment = lastPayment(order)
  if (order.status !== 'voiding' || payment?.key !== key) return null
  if (outcome.kind !== 'voided' && outcome.kind !== 'declined') return null
  return moveTo(order, 'cancelling', decision, { payments: withLastPayment(order, { state: outcome.kind }) })
}
