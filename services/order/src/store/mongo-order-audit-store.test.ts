import type { OrderStatus } from '@toko/contracts'
import { buildIndexes, collectionOf } from '@toko/database'
import { testDatabase } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placed } from '../domain/order.fixture.ts'
import { orderModels } from './models.ts'
import { mongoOrderAuditStore } from './mongo-order-audit-store.ts'
import type { StoredOrder } from './order-query-store.ts'

const db = testDatabase('order')
const models = orderModels(db.connection)
const orders = collectionOf(models.orders)
const store = mongoOrderAuditStore(orders)
const startMs = Date.parse('2026-11-24T12:00:00Z')
const idAt = (n: number) => `ord_${(startMs + n).toString(16).padStart(12, '0').padEnd(32, '0')}`

/** Order n is placed n ms after the start and written last at `changedMs` after it. */
const stored = (n: number, status: OrderStatus, changedMs: number): StoredOrder => ({
  ...placed({ _id: idAt(n), number: `N${n}`, idemKey: `k${n}`, cartId: `crt_${n}`, status }),
  updatedAt: new Date(startMs + changedMs),
  outbox: [],
  replays: 0,
})
const ids = (found: readonly StoredOrder[]) => found.map(({ _id }) => _id)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.orders }])
  await orders.insertMany([
    stored(1, 'confirmed', 500),
    stored(2, 'cancelled', 300),
    stored(3, 'paying', 400),
    stored(4, 'shipped', 300),
    stored(5, 'refunding', 100),
    stored(6, 'completed', 900),
  ])
})
afterAll(() => db.stop?.())

describe('the Mongo order audit store', () => {
  it('finds orders by ids, and ranges of ids', async () => {
    expect(ids(await store.byIds([idAt(4), idAt(1), idAt(99)])).toSorted()).toEqual([idAt(1), idAt(4)])
    expect(ids(await store.after(idAt(2), 2))).toEqual([idAt(3), idAt(4)])
    expect(ids(await store.after(idAt(2), 9, idAt(3)))).toEqual([idAt(3)])
    expect(ids(await store.after('', 1))).toEqual([idAt(1)])
    expect(await store.count()).toBe(6)
  })

  it('walks over final orders in order of their last write, also over those of one moment', async () => {
    const seen: string[] = []
    for (let point = { atMs: startMs, id: '' }; ;) {
      const [next] = await store.finalSince(point, startMs + 900, 1)
      if (!next) break
      seen.push(next._id)
      point = { atMs: next.updatedAt.getTime(), id: next._id }
    }
    expect(seen).toEqual([idAt(2), idAt(4), idAt(1)])
  })

  it('finds orders that are not final by the time of their placing, whatever was written since', async () => {
    expect(await store.openAfter('', startMs + 4, 9)).toEqual([idAt(3)])
    expect(await store.openAfter(idAt(3), startMs + 100, 9)).toEqual([idAt(5)])
  })

  it('scans no collection and sorts nothing in memory for it', async () => {
    const seen: string[] = []
    const watched = new Proxy(orders, {
      get: (target, name: keyof typeof orders) =>
        name !== 'find'
          ? target[name]
          : (...args: Parameters<typeof orders.find>) => ({
              toArray: async () => {
                const plan = JSON.stringify(await target.find(...args).explain('queryPlanner'))
                seen.push(/"winningPlan":(.*?)"rejectedPlans"/.exec(plan)![1]!)
                return target.find(...args).toArray()
              },
            }),
    })
    const planned = mongoOrderAuditStore(watched)
    await planned.byIds([idAt(1), idAt(2)])
    await planned.after(idAt(1), 5, idAt(4))
    await planned.finalSince({ atMs: startMs, id: '' }, startMs + 900, 5)
    await planned.openAfter('', startMs + 100, 5)
    expect(seen).toHaveLength(4)
    for (const plan of seen) {
      expect(plan).not.toContain('COLLSCAN')
      expect(plan).not.toMatch(/"stage":"SORT"/)
    }
    expect(seen[2]).toContain('"indexName":"final_by_change"')
    expect(seen[3]).toContain('"indexName":"by_status"')
  })
})
