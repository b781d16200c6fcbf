import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIndexes, collectionOf } from '@toko/database'
import { fakeClock, testDatabase } from '@toko/testkit'
import { placed } from '../src/domain/order.fixture.ts'
import { orderModels } from '../src/store/models.ts'
import { mongoProviderEventStore } from '../src/store/mongo-provider-event-store.ts'
import { describeOrderStore } from '../src/store/order-store.suite.ts'
import { describeProviderEventStore } from '../src/store/provider-event-store.suite.ts'
import { memoryOrderStore } from './memory-order-store.ts'
import { memoryProviderEventStore } from './memory-provider-event-store.ts'

const db = testDatabase('order')
const models = orderModels(db.connection)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.providerEvents }])
})
afterAll(async () => {
  await db.connection.dropDatabase()
  await db.stop?.()
})

describeOrderStore('the order store in memory', () => memoryOrderStore({ clock: fakeClock() }))
describeProviderEventStore('mongo', () =>
  mongoProviderEventStore(collectionOf(models.providerEvents), { nudge() {} }, fakeClock()),
)
describeProviderEventStore('memory', () => memoryProviderEventStore(fakeClock()))

describe('a majority that lags, in memory', () => {
  const pending = async (promise: Promise<unknown>) =>
    (await Promise.race([promise, Promise.resolve('pending')])) === 'pending'

  it('answers a write and a replay only when the majority has them, and shows them to no read before', async () => {
    const store = memoryOrderStore({ clock: fakeClock() })
    store.lag()
    const inserted = store.insert(placed(), [])
    const replayed = store.replay(placed().userId, placed().idemKey)
    expect(await pending(inserted)).toBe(true)
    expect(await pending(replayed)).toBe(true)
    expect(await store.get(placed()._id)).toBeNull()
    expect(await store.insert(placed({ _id: 'other' }), [])).toBe('key')
    store.catchUp()
    expect(await inserted).toMatchObject({ _id: placed()._id })
    expect(await replayed).toMatchObject({ replays: 1 })
    expect(await store.get(placed()._id)).toMatchObject({ replays: 1 })
  })

  it('forgets at a failover what no majority had, and tells nobody that it was written', async () => {
    const store = memoryOrderStore({ clock: fakeClock() })
    await store.insert(placed(), [])
    store.lag()
    const order = (await store.get(placed()._id))!
    const lost = [
      store.write({ from: order, to: { ...order, attempts: 1 }, events: [] }),
      store.insert(placed({ _id: 'b', idemKey: 'b', cartId: 'b', number: 'b' }), []),
    ]
    store.failOver()
    for (const each of lost) await expect(each).rejects.toThrow('unknown')
    expect(await store.get('b')).toBeNull()
    expect(await store.get(order._id)).toMatchObject({ attempts: 0 })
    expect(await store.write({ from: order, to: { ...order, attempts: 1 }, events: [] })).toMatchObject({ attempts: 1 })
  })
})
