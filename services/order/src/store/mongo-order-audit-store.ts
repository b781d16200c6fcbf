import type { mongo } from 'mongoose'
import { OrderStatus } from '@toko/contracts'
import { isFinal } from '../domain/status.ts'
import type { OrderAuditStore } from './order-audit-store.ts'
import type { StoredOrder } from './order-query-store.ts'

/** Of the index `final_by_change`: MongoDB uses a partial index only for queries that name its condition. */
export const isAmongFinals = { status: { $in: OrderStatus.options.filter(isFinal) } }
const isAmongOpen = { status: { $in: OrderStatus.options.filter((status) => !isFinal(status)) } }

/** Ids are UUIDv7: their first 12 digits are the millisecond they were made in. */
const firstIdOf = (ms: number) => `ord_${ms.toString(16).padStart(12, '0')}`

export function mongoOrderAuditStore(orders: mongo.Collection<StoredOrder>): OrderAuditStore {
  const find = (filter: object, options: mongo.FindOptions): Promise<StoredOrder[]> =>
    orders.find(filter as mongo.Filter<StoredOrder>, options).toArray()
  return {
    byIds: (ids) => find({ _id: { $in: [...ids] } }, {}),
    after: (after, limit, upTo) =>
      find({ _id: { $gt: after, ...(upTo === undefined ? {} : { $lte: upTo }) } }, { sort: { _id: 1 }, limit }),
    finalSince({ atMs, id }, beforeMs, limit) {
      const at = new Date(atMs)
      const isLater = [{ updatedAt: { $gt: at } }, { updatedAt: at, _id: { $gt: id } }]
      const range = { updatedAt: { $gte: at, $lt: new Date(beforeMs) } }
      return find({ ...isAmongFinals, ...range, $or: isLater }, { sort: { updatedAt: 1, _id: 1 }, limit })
    },
    async openAfter(after, placedBeforeMs, limit) {
      const filter = { ...isAmongOpen, _id: { $gt: after, $lt: firstIdOf(placedBeforeMs) } }
      // The planner may prefer the primary key, which leads through every order there ever was.
      const found = await find(filter, { sort: { _id: 1 }, limit, projection: { _id: 1 }, hint: 'by_status' })
      return found.map(({ _id }) => _id)
    },
    count: () => orders.estimatedDocumentCount(),
  }
}
