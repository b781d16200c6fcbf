import { afterAll, beforeAll } from 'vitest'
import { buildIndexes, collectionOf } from '@toko/database'
import { fakeClock, testDatabase } from '@toko/testkit'
import { orderModels } from './models.ts'
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
