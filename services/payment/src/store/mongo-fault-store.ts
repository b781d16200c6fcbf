import { newId } from '@toko/contracts'
import { collectionOf } from '@toko/database'
import type { Model } from 'mongoose'
import type { FaultStore } from './fault-store.ts'
import type { FaultsDocument } from './models.ts'

/** One document holds every switch. */
const _id = 'faults'

const off = { faults: [], webhooks: { delayMs: 0, copies: 1, shuffleMs: 0 } }

export function mongoFaultStore(model: Model<FaultsDocument>): FaultStore {
  const collection = collectionOf(model)
  return {
    async read() {
      const document = await collection.findOne({ _id }, { projection: { _id: 0, draws: 0 } })
      return document ?? off
    },
    async replace({ faults, ...rest }) {
      const named = faults.map((fault) => ({ ...fault, id: newId('evt') }))
      await collection.replaceOne({ _id }, { ...rest, faults: named, draws: 0 }, { upsert: true })
    },
    async claim(faultId) {
      const { modifiedCount } = await collection.updateOne(
        { _id, faults: { $elemMatch: { id: faultId, remaining: { $gt: 0 } } } },
        { $inc: { 'faults.$.remaining': -1 } },
      )
      return modifiedCount === 1
    },
    async nextDraw() {
      const document = await collection.findOneAndUpdate({ _id }, { $inc: { draws: 1 } }, { returnDocument: 'after' })
      return document?.draws ?? 0
    },
  }
}
