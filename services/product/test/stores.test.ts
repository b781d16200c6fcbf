import { buildIndexes, collectionOf } from '@toko/database'
import { testDatabase } from '@toko/testkit'
import { afterAll, beforeAll } from 'vitest'
import { collectionRules, productModels } from '../src/store/models.ts'
import { emptyStock } from '../src/store/mongo-empty-stock.ts'
import { mongoReservationStore } from '../src/store/mongo-reservation-store.ts'
import { mongoStockStore } from '../src/store/mongo-stock-store.ts'
import { describeReservationStore } from '../src/store/reservation-store.suite.ts'
import { describeStockStore } from '../src/store/stock-store.suite.ts'
import { memoryReservationStore, memoryStock, memoryStockStore } from './memory-stores.ts'

const db = testDatabase('product')
const models = productModels(db.connection)
const stock = collectionOf(models.stock)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes(collectionRules(models))
})
afterAll(async () => {
  await db.connection.dropDatabase()
  await db.stop?.()
})

describeReservationStore('mongo', () => mongoReservationStore(collectionOf(models.reservations), { nudge() {} }))
describeReservationStore('memory', memoryReservationStore)

describeStockStore('mongo', () => ({
  store: mongoStockStore(stock, { maxEntries: 40, onChange() {} }),
  seed: async (sku, onHand) => void (await stock.insertOne({ ...emptyStock(sku, 1), onHand, available: onHand })),
  read: async (sku) => (await stock.findOne({ _id: sku })) ?? undefined,
}))
describeStockStore('memory', () => {
  const store = memoryStockStore(40)
  return {
    store,
    seed: async (sku, onHand) => void store.all.set(sku, memoryStock(onHand)),
    read: async (sku) => store.all.get(sku),
  }
})
