import type { mongo } from 'mongoose'
import { compareAndSet, newAggregate } from '@toko/database'
import type { Clock } from '@toko/runtime'
import type { CartStore } from './cart-store.ts'
import { changedFields } from './changed-fields.ts'
import type { StoredCart } from './models.ts'

export function mongoCartStore(carts: mongo.Collection<StoredCart>, clock: Clock): CartStore {
  return {
    async insert(cart) {
      const document: StoredCart = { ...cart, ...newAggregate(cart._id, clock.now()) }
      await carts.insertOne(document)
    },
    get: (id) => carts.findOne({ _id: id }),
    write: (from, to) =>
      compareAndSet(carts, { _id: from._id, rev: from.rev, status: 'open' }, changedFields(from, to), {
        nowMs: clock.now(),
      }),
    async markOrdered(id, orderId) {
      await compareAndSet(
        carts,
        { _id: id, status: 'open' },
        { set: { status: 'ordered', orderId } },
        {
          nowMs: clock.now(),
        },
      )
    },
  }
}
