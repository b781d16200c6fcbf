import type { mongo } from 'mongoose'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '@toko/http'
import type { OrderStatus } from '@toko/contracts'
import type { StoredOrder } from './models.ts'

export interface OrderFilter {
  readonly userId?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Orders placed at or after this moment. */
  readonly from?: Date | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

/** Reads beside the protocol. Ids are time-ordered, so `_id` descending is newest first. */
export interface OrderQueries {
  list(filter: OrderFilter, limit: number, cursor?: string): Promise<Page<StoredOrder>>
  /** Oldest first, for exports. */
  export(limit: number, cursor?: string): Promise<Page<StoredOrder>>
  /** Orders that hold stock and are not paid. */
  countUnpaid(userId: string): Promise<number>
  /** Orders that are not final. */
  countOpen(userId: string): Promise<number>
}

const position = z.tuple([z.string().max(64)])
const openStatuses: OrderStatus[] = ['pending', 'reserved', 'paying', 'voiding', 'cancelling', 'authorised']
const unpaidStatuses: OrderStatus[] = ['pending', 'reserved', 'paying']

/** Ids are UUIDv7: their first 12 digits are the millisecond they were made in, so a time is a range of the primary key. */
const firstIdOf = (time: Date) => `ord_${time.getTime().toString(16).padStart(12, '0')}`

export function mongoOrderQueries(orders: mongo.Collection<StoredOrder>): OrderQueries {
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
    orders.countDocuments({ userId, status: { $in: statuses } } as mongo.Filter<StoredOrder>)
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
  }
}
