import { type Decision, done, type PaymentRecord, refused, type RefundRecord } from './payment.ts'

/** Bounds the document. */
export const maxRefunds = 100

export const refundOf = (payment: PaymentRecord, refundKey: string): RefundRecord | undefined =>
  payment.refunds.find((each) => each.refundKey === refundKey)

/** The sum of all refunds never exceeds what was captured (M1). */
export function refund(payment: PaymentRecord | null, wanted: RefundRecord): Decision {
  if (!payment) return refused('unknown')
  const { amountMinor, refundKey, at } = wanted
  const earlier = refundOf(payment, refundKey)
  if (earlier) return earlier.amountMinor === amountMinor ? done : refused('reused')
  if (payment.state !== 'captured') return refused('state')
  // Nothing is captured after the capture, so this bound still holds when the write happens.
  const refundedBefore = payment.capturedMinor - amountMinor
  if (payment.refundedMinor > refundedBefore) return refused('exceeds')
  if (payment.refunds.length >= maxRefunds) return refused('limit')
  const effect = { kind: 'refunded', amountMinor, at, refundKey } as const
  return { kind: 'change', change: { from: 'captured', set: {}, effect, refund: { ...wanted, refundedBefore } } }
}
