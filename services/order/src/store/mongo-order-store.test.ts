import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildIndexes, collectionOf } from '@toko/database'
import { fakeClock, testDatabase } from '@toko/testkit'
import { orderModels } from './models.ts'
import { dueFilter } from './mongo-due-filter.ts'
import { mongoOrderStore } from './mongo-order-store.ts'
import { describeOrderStore } from './order-store.suite.ts'

const db = testDatabase('order')
const models = orderModels(db.connection)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.orders }])
})
afterAll(() => db.stop?.())

describeOrderStore('the Mongo order store', () =>
  mongoOrderStore(collectionOf(models.orders), { nudge() {} }, fakeClock()),
)

it('finds what is due by the index alone, in order, without sorting in memory', async () => {
  const cursor = collectionOf(models.orders).find(dueFilter(1000, 2000), { sort: { dueAt: 1 }, limit: 20 })
  const plan = JSON.stringify(await cursor.explain('queryPlanner'))
  expect(plan).toContain('"indexName":"due"')
  expect(plan).not.toMatch(/"stage":"(COLLSCAN|SORT)"/)
})
