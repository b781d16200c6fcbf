import type { mongo } from 'mongoose'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '@toko/http'
import type { OrderStatus } from '@toko/contracts'
import { isFinal, nextStatuses } from '../domain/status.ts'
import type { OrderQueryStore, Page, StoredOrder } from './order-query-store.ts'

const position = z.tuple([z.string().max(64)])
const openStatuses = (Object.keys(nextStatuses) as OrderStatus[]).filter((status) => !isFinal(status))
/** In `reserved` an order may wait for a buyer who has not said how to pay. */
const oursStatuses: OrderStatus[] = ['pending', 'paying', 'authorised', 'voiding', 'cancelling']
const unpaidStatuses: OrderStatus[] = ['pending', 'reserved', 'paying']

/** Ids are UUIDv7: their first 12 digits are the millisecond they were made in, so a time is a range of the primary key. */
const firstIdOf = (time: Date) => `ord_${time.getTime().toString(16).padStart(12, '0')}`

export function mongoOrderQueryStore(orders: mongo.Collection<StoredOrder>): OrderQueryStore {
  const page = async (
    filter: object,
    sort: 1 | -1,
    binding: unknown,
    limit: number,
    cursor?: string,
  ): Promise<Page<StoredOrder>> => {
    const after = cursor === undefined ? undefined : decodeCursor(binding, position, cursor)[0]
    const range = after === undefined ? [] : [{ _id: sort === 1 ? { $gt: after } : { $lt: after } }]
    const found = (await orders
      .find({ $and: [filter, ...range] } as mongo.Filter<StoredOrder>, { sort: { _id: sort }, limit: limit + 1 })
      .toArray()) as StoredOrder[]
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? encodeCursor(binding, [items.at(-1)!._id]) : null }
  }
  const count = (userId: string, statuses: OrderStatus[]) =>
    orders.countDocuments({ userId, status: { $in: statuses } })
  return {
    list({ userId, status, from }, limit, cursor) {
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(status === undefined ? {} : { status }),
        ...(from === undefined ? {} : { _id: { $gte: firstIdOf(from) } }),
      }
      return page(filter, -1, ['orders', userId, status, from?.getTime()], limit, cursor)
    },
    export: (limit, cursor) => page({}, 1, ['export'], limit, cursor),
    countUnpaid: (userId) => count(userId, unpaidStatuses),
    countOpen: (userId) => count(userId, openStatuses),
    countParked: () => orders.countDocuments({ 'parked.at': { $exists: true } }, { maxTimeMS: 500 }),
    countOverdue: (sinceMs) => {
      const enteredAt = { $arrayElemAt: ['$history.at', -1] }
      const filter = { status: { $in: oursStatuses }, $expr: { $lt: [enteredAt, sinceMs] } }
      return orders.countDocuments(filter, { maxTimeMS: 500 })
    },
  }
}
