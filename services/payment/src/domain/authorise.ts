import type { PaymentAuthorisation, PaymentMethod } from '@toko/contracts'
import { type CardTimings, cards } from './cards.ts'
import { type Decision, done, newPayment, type PaymentChange, type PaymentRecord, refused } from './payment.ts'

/** What the card says in the end. */
function verdict(method: PaymentMethod, amountMinor: number, at: Date): Omit<PaymentChange, 'from'> {
  const { decline } = cards[method]
  return decline
    ? { set: { state: 'declined', ...decline }, effect: { kind: 'declined', amountMinor: 0, at } }
    : { set: { state: 'approved', authorisedMinor: amountMinor }, effect: { kind: 'authorised', amountMinor, at } }
}

interface Authorise {
  readonly key: string
  readonly asked: PaymentAuthorisation
  readonly providerRef: string
  readonly at: Date
  readonly timings: CardTimings
}

/** A key is good for one request for ever (R12), and for none once it was voided (R6). */
export function authorise(
  existing: PaymentRecord | null,
  { key, asked, providerRef, at, timings }: Authorise,
): Decision {
  const { amountMinor, currency, method } = asked
  if (existing) {
    const { wanted, state } = existing
    if (state === 'voided') return refused('state')
    const isSame = wanted?.amountMinor === amountMinor && wanted.currency === currency && wanted.method === method
    return isSame ? done : refused('reused')
  }
  const wanted = { amountMinor, currency, method }
  const { settlesAfter } = cards[method]
  if (settlesAfter) {
    const settlesAt = new Date(at.getTime() + timings[settlesAfter])
    return { kind: 'create', payment: newPayment(key, providerRef, at, { state: 'processing', wanted, settlesAt }) }
  }
  const { set, effect } = verdict(method, amountMinor, at)
  const payment = newPayment(key, providerRef, at, { state: 'processing', wanted, ...set, effects: [effect] })
  return { kind: 'create', payment }
}

/** The end of `processing`, unless a void was first. */
export function settle(payment: PaymentRecord | null, at: Date): Decision {
  if (payment?.state !== 'processing' || !payment.wanted) return done
  const { method, amountMinor } = payment.wanted
  return { kind: 'change', change: { from: 'processing', ...verdict(method, amountMinor, at) } }
}
