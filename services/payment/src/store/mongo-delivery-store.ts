import { asDate, collectionOf, dueFilter } from '@toko/database'
import type { Model } from 'mongoose'
import type { DeliveryStore } from './delivery-store.ts'
import type { DeliveryDocument } from './models.ts'

export function mongoDeliveryStore(model: Model<DeliveryDocument>): DeliveryStore {
  const collection = collectionOf(model)
  return {
    async add(event, dueAtMs) {
      await Promise.all(
        dueAtMs.map((ms, copy) =>
          collection.updateOne(
            { _id: `${event.id}:${copy + 1}` },
            { $setOnInsert: { event, dueAt: new Date(ms), attempts: 0 } },
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
      return document && { id: document._id, event: document.event, attempts: document.attempts }
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
