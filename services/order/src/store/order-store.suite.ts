import { describe, expect, it } from 'vitest'
import { newId, type OrderReason, type OrderStatus } from '@toko/contracts'
import { limits, placed } from '../domain/order.fixture.ts'
import type { Order } from '../domain/order.ts'
import { eventsOf } from '../domain/events-of.ts'
import { moveTo } from '../domain/transition.ts'
import type { OrderStore } from '../ports.ts'

const nowMs = 1_000_000

/** A new order that collides with no other. */
function freshOrder(change: Partial<Order> = {}): Order {
  const id = newId('ord')
  return placed({
    _id: id,
    number: id.slice(-10),
    cartId: newId('crt'),
    userId: newId('usr'),
    idemKey: `key-${id}`,
    ...change,
  })
}

async function inserted(store: OrderStore, order = freshOrder()): Promise<Order> {
  const result = await store.insert(order, eventsOf(order))
  if (typeof result === 'string') throw new Error(`refused by ${result}`)
  return result
}

const step = (order: Order, to: OrderStatus, reason?: OrderReason) =>
  moveTo(order, to, { nowMs, limits }, reason ? { reason } : {})

/** What every order store must do; races first, for that is where a fake would lie. */
export function describeOrderStore(name: string, makeStore: () => OrderStore): void {
  describe(name, () => {
    it('inserts one of 50 parallel orders with one key', async () => {
      const store = makeStore()
      const first = freshOrder()
      const rivals = Array.from({ length: 50 }, () => freshOrder({ userId: first.userId, idemKey: first.idemKey }))
      const results = await Promise.all(rivals.map((order) => store.insert(order, [])))
      expect(results.filter((result) => typeof result !== 'string')).toHaveLength(1)
      expect(results.filter((result) => result === 'key')).toHaveLength(49)
    })

    it('inserts one of 20 parallel orders of one cart', async () => {
      const store = makeStore()
      const { cartId } = freshOrder()
      const results = await Promise.all(Array.from({ length: 20 }, () => store.insert(freshOrder({ cartId }), [])))
      expect(results.filter((result) => result === 'cart')).toHaveLength(19)
    })

    it('lets one of 20 parallel moves win, and the others see that they lost', async () => {
      const store = makeStore()
      const order = await inserted(store)
      const moves = Array.from({ length: 20 }, (_, i) =>
        step(order, i % 2 ? 'cancelling' : 'reserved', 'cancelled-by-user'),
      )
      const results = await Promise.all(moves.map((move) => store.write(move)))
      expect(results.filter((result) => result !== null)).toHaveLength(1)
      expect((await store.get(order._id))?.version).toBe(2)
    })

    it('refuses a move that was decided before a sweeper took its turn', async () => {
      const store = makeStore()
      const order = await inserted(store)
      expect(await store.write({ from: order, to: { ...order, attempts: 1, dueAt: 9 }, events: [] })).toMatchObject({
        attempts: 1,
      })
      expect(await store.write(step(order, 'reserved'))).toBeNull()
    })

    it('writes a change and its messages together, and removes fields that are gone', async () => {
      const store = makeStore()
      const order = await inserted(store)
      const { nextMethod: _, ...paying } = step(await write(store, step(order, 'reserved')), 'paying').to
      const reserved = (await store.get(order._id))!
      const moved = (await store.write({ from: reserved, to: paying, events: [] }))!
      expect(moved).not.toHaveProperty('nextMethod')
      expect(moved).toMatchObject({ status: 'paying', rev: 3, version: 3 })
      const outbox = (moved as Order & { outbox: { type: string; subject: string }[] }).outbox
      expect(outbox).toMatchObject([{ type: 'order_placed', subject: order._id, version: 1 }])
    })

    it('finds an order by user and key, and counts the replay', async () => {
      const store = makeStore()
      const order = await inserted(store)
      expect(await store.replay(order.userId, order.idemKey)).toMatchObject({ _id: order._id, replays: 1 })
      expect(await store.replay(order.userId, order.idemKey)).toMatchObject({ replays: 2 })
      expect(await store.replay(newId('usr'), order.idemKey)).toBeNull()
    })

    it('lists what is due, the longest waiting first, and nothing that has no due time', async () => {
      const store = makeStore()
      const [late, later] = [
        await inserted(store, freshOrder({ dueAt: 10 })),
        await inserted(store, freshOrder({ dueAt: 5 })),
      ]
      const { dueAt: _, ...done } = freshOrder()
      await store.insert(done, [])
      const due = (await store.due(10, 100)).map((order) => order._id)
      expect(due.filter((id) => [late._id, later._id, done._id].includes(id))).toEqual([later._id, late._id])
      expect(await store.due(4, 100)).toEqual([])
    })

    it('lists what is due later than a right clock could have set it, after what is due now', async () => {
      const store = makeStore()
      const dues = [7, 5000, 9001] as const
      const ids = await Promise.all(dues.map(async (dueAt) => (await inserted(store, freshOrder({ dueAt })))._id))
      const due = (await store.due(7, 1000, 9000)).map(({ _id }) => _id).filter((id) => ids.includes(id))
      expect(due).toEqual([ids[0], ids[2]])
    })

    it('parks an order whatever it holds: no longer due, with the reason, and only as it was read', async () => {
      const store = makeStore()
      const order = await inserted(store, freshOrder({ dueAt: 3, version: 'many' as unknown as number, history: [] }))
      const parked = (await store.park(order, 'history', nowMs))!
      expect(parked).toMatchObject({ parked: { reason: 'history', at: nowMs }, version: 'many', rev: order.rev + 1 })
      expect(parked).not.toHaveProperty('dueAt')
      expect((await store.due(3, 100)).map(({ _id }) => _id)).not.toContain(order._id)
      expect(await store.park(order, 'again', nowMs)).toBeNull()
    })

    it('answers null for an order that does not exist', async () => {
      expect(await makeStore().get(newId('ord'))).toBeNull()
    })
  })
}

async function write(store: OrderStore, change: Parameters<OrderStore['write']>[0]): Promise<Order> {
  const written = await store.write(change)
  if (!written) throw new Error('lost a race that nobody else ran')
  return written
}
