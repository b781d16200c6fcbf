import { type Decision, done, type PaymentRecord, refused } from './payment.ts'

/** One capture per payment, of everything unless `amountMinor` says less; the rest is given back. */
export function capture(payment: PaymentRecord | null, amountMinor: number | undefined, at: Date): Decision {
  if (!payment) return refused('unknown')
  const { state, authorisedMinor, capturedMinor } = payment
  const wanted = amountMinor ?? authorisedMinor
  if (state === 'captured') return wanted === capturedMinor ? done : refused('reused')
  if (state !== 'approved') return refused('state')
  if (wanted > authorisedMinor) return refused('exceeds')
  const effect = { kind: 'captured', amountMinor: wanted, at } as const
  return { kind: 'change', change: { from: 'approved', set: { state: 'captured', capturedMinor: wanted }, effect } }
}
