import { isDue } from '@toko/contracts'
import type { Effect, PaymentRecord } from '../src/domain/payment.ts'
import type { PaymentStore } from '../src/store/payment-store.ts'

const yieldOnce = () => Promise.resolve()
const byKey = (a: PaymentRecord, b: PaymentRecord) => (a.key < b.key ? -1 : 1)

/**
 * The payment store without a database: each method is one atomic step after one turn of the loop. Records are never changed,
 * a write replaces them, so a caller may keep what it was given and a simulator pays for no copies.
 * @param written told after each write, as the one of the MongoDB store is
 */
export function memoryPaymentStore(
  written: (payment: PaymentRecord, effects: readonly Effect[]) => void = () => {},
): PaymentStore & { readonly all: Map<string, PaymentRecord> } {
  const all = new Map<string, PaymentRecord>()
  return {
    all,
    async find(key) {
      await yieldOnce()
      return all.get(key) ?? null
    },
    async insert(payment) {
      await yieldOnce()
      if (all.has(payment.key)) return false
      all.set(payment.key, payment)
      written(payment, payment.effects)
      return true
    },
    async apply({ key }, { from, set, effect, refund }) {
      await yieldOnce()
      const found = all.get(key)
      if (found?.state !== from) return null
      const { settlesAt: _settled, ...payment } = found
      let next: PaymentRecord = { ...payment, ...set, effects: [...payment.effects, effect] }
      if (refund) {
        const { refundedBefore, ...record } = refund
        const isKnown = found.refunds.some(({ refundKey }) => refundKey === record.refundKey)
        if (isKnown || found.refundedMinor > refundedBefore) return null
        const refundedMinor = found.refundedMinor + record.amountMinor
        next = { ...next, refundedMinor, refunds: [...found.refunds, record] }
      }
      all.set(key, next)
      written(next, [effect])
      return next
    },
    async due(byMs, limit, latestMs) {
      await yieldOnce()
      const waiting = [...all.values()].filter(({ settlesAt }) => isDue(settlesAt?.getTime(), byMs, latestMs))
      return waiting
        .toSorted((a, b) => a.settlesAt!.getTime() - b.settlesAt!.getTime())
        .slice(0, limit)
        .map(({ key }) => key)
    },
    async list(after, limit) {
      await yieldOnce()
      const wanted = [...all.values()].filter(({ key }) => after === undefined || key > after)
      return wanted.toSorted(byKey).slice(0, limit)
    },
  }
}
