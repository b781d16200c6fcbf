import type { mongo } from 'mongoose'
import { compareAndSet, duplicateIndexOf, newAggregate, type OutboxRelay } from '@toko/database'
import { type Clock, currentTrace } from '@toko/runtime'
import type { Order } from '../domain/order.ts'
import type { OrderStore } from '../ports.ts'
import { changedFields } from './changed-fields.ts'
import { dueFilter } from './mongo-due-filter.ts'
import type { StoredOrder } from './order-query-store.ts'

const refusedBy: Readonly<Record<string, 'key' | 'cart' | 'number'>> = {
  one_order_per_key: 'key',
  one_order_per_cart: 'cart',
  one_order_per_number: 'number',
}

export function mongoOrderStore(
  orders: mongo.Collection<StoredOrder>,
  relay: Pick<OutboxRelay, 'nudge'>,
  clock: Clock,
): OrderStore {
  return {
    async insert(order, events) {
      const trace = currentTrace()
      const document: StoredOrder = {
        ...order,
        ...newAggregate(order._id, clock.now(), events),
        replays: 0,
        ...(trace === undefined ? {} : { trace }),
      }
      try {
        await orders.insertOne(document)
        return document
      } catch (error) {
        const index = duplicateIndexOf(error)
        // A retried insert after a lost answer meets its own document.
        if (index === '_id_') return (await orders.findOne({ _id: order._id })) as Order
        const refusal = index === undefined ? undefined : refusedBy[index]
        if (refusal) return refusal
        throw error
      }
    },
    get: (id) => orders.findOne({ _id: id }),
    replay: (userId, idemKey) =>
      orders.findOneAndUpdate(
        { userId, idemKey },
        { $inc: { replays: 1 } },
        {
          returnDocument: 'after',
        },
      ),
    write({ from, to, events }) {
      const precondition = {
        _id: from._id,
        version: from.version,
        attempts: from.attempts,
      } as mongo.Filter<StoredOrder>
      return compareAndSet(orders, precondition, { ...changedFields(from, to), events }, { nowMs: clock.now() })
    },
    due: (nowMs, limit, latestMs) =>
      orders.find(dueFilter<StoredOrder>(nowMs, latestMs), { sort: { dueAt: 1 }, limit }).toArray(),
    park: (order, reason, nowMs) => {
      // No operator that an odd value could refuse: whatever the document holds, it must stop coming up.
      const rev = Number.isSafeInteger(order.rev) ? order.rev + 1 : 1
      return orders.findOneAndUpdate(
        { _id: order._id, rev: order.rev },
        { $set: { parked: { reason, at: nowMs }, rev, updatedAt: new Date(nowMs) }, $unset: { dueAt: '' } },
        { returnDocument: 'after' },
      )
    },
    publish: (order) => relay.nudge(orders, order as StoredOrder),
  }
}
