import { collectionOf } from '@toko/database'
import type { Model, mongo } from 'mongoose'
import type { LedgerStore } from './ledger-store.ts'
import type { PaymentDocument } from './models.ts'

/** `;` follows `:` in the order of characters: what comes before it has the order's id and a colon. */
const keysOf = (orderId: string) => ({ _id: { $gt: `${orderId}:`, $lt: `${orderId};` } })

export function mongoLedgerStore(model: Model<PaymentDocument>): LedgerStore {
  const collection = collectionOf(model)
  return {
    async select({ ids, after, limit }) {
      const filter = ids ? { $or: ids.map(keysOf) } : after === undefined ? {} : { _id: { $gt: `${after};` } }
      const options = { projection: { outbox: 0, outboxAt: 0 }, sort: { _id: 1 }, ...(ids ? {} : { limit }) } as const
      const found = await collection.find(filter as mongo.Filter<PaymentDocument>, options).toArray()
      return found.map(({ _id, rev: _rev, updatedAt: _at, ...rest }) => ({ key: _id, ...rest }))
    },
  }
}
