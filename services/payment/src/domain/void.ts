import { type Decision, done, newPayment, type PaymentRecord, refused } from './payment.ts'

/** A void of an unknown key leaves a tombstone, so that a late authorise can't charge for a cancelled order (R6). */
export function voidPayment(
  existing: PaymentRecord | null,
  { key, providerRef, at }: { readonly key: string; readonly providerRef: string; readonly at: Date },
): Decision {
  if (!existing) {
    const effects = [{ kind: 'voided', amountMinor: 0, at }] as const
    return { kind: 'create', payment: newPayment(key, providerRef, at, { state: 'voided', effects }) }
  }
  const { state, authorisedMinor } = existing
  if (state === 'captured') return refused('state')
  if (state === 'voided' || state === 'declined') return done
  const effect = { kind: 'voided', amountMinor: authorisedMinor, at } as const
  return { kind: 'change', change: { from: state, set: { state: 'voided' }, effect } }
}
