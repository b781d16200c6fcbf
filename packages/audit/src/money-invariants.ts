import type { AuditedOrder, PaymentEffect, PaymentLedgerEntry } from '@toko/contracts'
import { hasEnded, type Index, sum } from './books.ts'
import { check, type Finding } from './finding.ts'
import { moneyLeft } from './three-books.ts'

const ofKind = (effects: readonly PaymentEffect[], kind: PaymentEffect['kind']) =>
  effects.filter((effect) => effect.kind === kind)
const total = (effects: readonly PaymentEffect[]) => sum(effects.map(({ amountMinor }) => amountMinor))

/** M1: never more back than taken, never more taken than allowed; the sums are those of the effects. */
export function moneyIsBounded({ payments }: Index): Finding {
  return check('M1', '0 ≤ refunded ≤ captured ≤ authorised, as their effects add up', payments, (payment) => {
    const { key, authorisedMinor, capturedMinor, refundedMinor, effects } = payment
    const sums = [
      ['authorised', authorisedMinor],
      ['captured', capturedMinor],
      ['refunded', refundedMinor],
    ] as const
    return [
      !(refundedMinor >= 0 && refundedMinor <= capturedMinor && capturedMinor <= authorisedMinor) &&
        `${key}: ${refundedMinor} refunded, ${capturedMinor} captured, ${authorisedMinor} authorised`,
      ...sums.map(([kind, amount]) => {
        const effected = total(ofKind(effects, kind))
        return effected !== amount && `${key}: ${amount} ${kind}, but its effects add up to ${effected}`
      }),
    ]
  })
}

function differences(order: AuditedOrder, payments: readonly PaymentLedgerEntry[], books: Index): (string | false)[] {
  const { id, refunds } = order
  const paidBack = payments.flatMap(({ effects }) => ofKind(effects, 'refunded'))
  const amountOf = new Map(paidBack.map(({ refundKey, amountMinor }) => [refundKey, amountMinor]))
  const ours = refunds.filter(({ state }) => state === 'succeeded')
  // A refund that is still requested here may have succeeded there; its answer comes.
  const theirs = paidBack.filter(({ refundKey }) => ours.some((refund) => refund.id === refundKey))
  return [
    ...refunds.map((refund) => {
      const amount = amountOf.get(refund.id)
      const isMissing = amount === undefined && refund.state === 'succeeded'
      if (isMissing) return `${id}: ${refund.id} succeeded, but the provider does not know it`
      const isOther = amount !== undefined && amount !== refund.amountMinor
      return isOther && `${id}: ${refund.id} is ${refund.amountMinor} here, ${amount} at the provider`
    }),
    total(theirs) !== sum(ours.map(({ amountMinor }) => amountMinor)) &&
      `${id}: refunds here and at the provider differ`,
    ...order.payments.map(({ key, state }) => {
      const entry = payments.find((payment) => payment.key === key)
      const isDone = state === 'captured' && books.isQuiet(order)
      return isDone && entry?.state !== 'captured' && `${key}: captured here, ${entry?.state ?? 'unknown'} there`
    }),
  ]
}

/** M3: our captures and refunds are the provider's. */
export function moneyIsTheProviders(books: Index): Finding {
  const paid = books.orders.filter((order) => order.payments.length > 0 && books.isSteady(order))
  return check('M3', "our captures and refunds are the provider's", paid, (order) =>
    differences(order, books.paymentsOf.get(order.id) ?? [], books),
  )
}

/** M4: who got nothing paid nothing. */
export function endedIsFree({ orders, paymentsOf, isSteady }: Index): Finding {
  const ended = orders.filter((order) => hasEnded(order) && isSteady(order))
  return check('M4', 'rejected, expired, cancelled ⇒ net 0, no authorisation open', ended, (order) =>
    moneyLeft(order, paymentsOf.get(order.id) ?? []),
  )
}

/** M6: each key acts once. */
export function keysActOnce({ payments, orders }: Index): Finding {
  const keys = Map.groupBy(payments, ({ key }) => key)
  const finding = check('M6', 'no capture, authorisation or refund key twice', [...keys], ([key, entries]) => {
    const effects = entries.flatMap((entry) => entry.effects)
    const refundKeys = ofKind(effects, 'refunded').map(({ refundKey }) => refundKey)
    const count = (kind: PaymentEffect['kind']) => ofKind(effects, kind).length
    return [
      ...(['authorised', 'captured'] as const).map((kind) => count(kind) > 1 && `${key}: ${kind} ${count(kind)} times`),
      new Set(refundKeys).size < refundKeys.length && `${key}: a refund key acted twice (${refundKeys.join(', ')})`,
    ]
  })
  const refunds = Map.groupBy(
    orders.flatMap((order) => order.refunds.map((refund) => ({ id: refund.id, orderId: order.id }))),
    ({ id }) => id,
  )
  const shared = [...refunds].filter(([, uses]) => uses.length > 1)
  const violations = shared.flatMap(([id, uses]) =>
    uses.map(({ orderId }) => `${orderId}: refund ${id} is there ${uses.length} times`),
  )
  return { ...finding, violations: [...finding.violations, ...violations] }
}
