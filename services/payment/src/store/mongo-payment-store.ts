import { asDate, collectionOf, compareAndSet, dueFilter, duplicateIndexOf, newAggregate } from '@toko/database'
import type { Model, mongo } from 'mongoose'
import type { Effect, PaymentRecord } from '../domain/payment.ts'
import type { PaymentDocument } from './models.ts'
import { eventOf } from './payment-events.ts'
import type { PaymentStore } from './payment-store.ts'

const visible = { outbox: 0, outboxAt: 0 } as const

const recordOf = ({ _id, rev: _rev, updatedAt: _at, ...rest }: PaymentDocument): PaymentRecord => ({
  key: _id,
  ...rest,
})

/** @param written told after each write: what happened, and the document whose outbox now waits */
export function mongoPaymentStore(
  model: Model<PaymentDocument>,
  written: (document: PaymentDocument, effects: readonly Effect[]) => void,
): PaymentStore {
  const collection = collectionOf(model)
  return {
    async find(key) {
      const document = await collection.findOne({ _id: key }, { projection: visible })
      return document && recordOf(document)
    },
    async insert({ key, ...payment }) {
      const events = payment.effects.map((effect) => eventOf({ key, ...payment }, effect))
      const document = { ...payment, ...newAggregate(key, payment.createdAt.getTime(), events) }
      try {
        await collection.insertOne(document)
      } catch (error) {
        if (duplicateIndexOf(error) === undefined) throw error
        return false
      }
      written(document, payment.effects)
      return true
    },
    async apply(payment, { from, set, effect, refund }) {
      const { refundedBefore, ...refundRecord } = refund ?? { refundedBefore: 0 }
      const guard = refund && {
        refundedMinor: { $lte: refundedBefore },
        'refunds.refundKey': { $ne: refund.refundKey },
      }
      const document = await compareAndSet<PaymentDocument>(
        collection,
        { _id: payment.key, state: from, ...guard },
        {
          set,
          unset: ['settlesAt'],
          ...(refund && { inc: { refundedMinor: refund.amountMinor } }),
          push: { effects: effect, ...(refund && { refunds: refundRecord }) },
          events: [eventOf({ ...payment, ...set }, effect)],
        },
        { nowMs: effect.at.getTime() },
      )
      if (!document) return null
      written(document, [effect])
      return recordOf(document)
    },
    async due(byMs, limit, latestMs) {
      const filter = dueFilter('settlesAt', byMs, latestMs, asDate) as mongo.Filter<PaymentDocument>
      const found = await collection
        .find(filter, { projection: { _id: 1 } })
        .sort({ settlesAt: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id }) => _id)
    },
    async list(after, limit) {
      const filter = (after === undefined ? {} : { _id: { $gt: after } }) as mongo.Filter<PaymentDocument>
      const found = await collection.find(filter, { projection: visible }).sort({ _id: 1 }).limit(limit).toArray()
      return found.map((document) => recordOf(document as PaymentDocument))
    },
  }
}
