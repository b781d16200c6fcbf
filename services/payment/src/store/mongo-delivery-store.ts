import { asDate, collectionOf, dueFilter } from '@toko/database'
import { currentTrace } from '@toko/runtime'
import type { Model } from 'mongoose'
import type { DeliveryStore } from './delivery-store.ts'
import type { DeliveryDocument } from './models.ts'

export function mongoDeliveryStore(model: Model<DeliveryDocument>): DeliveryStore {
  const collection = collectionOf(model)
  return {
    async add(event, dueAtMs) {
      const trace = currentTrace()
      const fields = { event, attempts: 0, ...(trace === undefined ? {} : { trace }) }
      await Promise.all(
        dueAtMs.map((ms, copy) =>
          collection.updateOne(
            { _id: `${event.id}:${copy + 1}` },
            { $setOnInsert: { ...fields, dueAt: new Date(ms) } },
            { upsert: true },
          ),
        ),
      )
    },
    async claim(nowMs, leaseMs, latestMs) {
      const document = await collection.findOneAndUpdate(
        dueFilter('dueAt', nowMs, latestMs, asDate),
        { $set: { dueAt: new Date(nowMs + leaseMs) }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      if (!document) return null
      const { _id: id, event, attempts, trace } = document
      return { id, event, attempts, ...(trace === undefined ? {} : { trace }) }
    },
    async postpone(id, untilMs) {
      await collection.updateOne({ _id: id }, { $set: { dueAt: new Date(untilMs) } })
    },
    async delivered(id, atMs) {
      await collection.updateOne({ _id: id }, { $set: { deliveredAt: new Date(atMs) }, $unset: { dueAt: '' } })
    },
    countWaiting: () => collection.countDocuments({ dueAt: { $exists: true } }),
  }
}
