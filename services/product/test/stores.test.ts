import { buildIndexes, collectionOf } from '@toko/database'
import { testDatabase } from '@toko/testkit'
import { afterAll, beforeAll } from 'vitest'
import { collectionRules, productModels } from '../src/store/models.ts'
import { emptyStock } from '../src/store/mongo-empty-stock.ts'
import { mongoLedgerStore } from '../src/store/mongo-ledger-store.ts'
import { mongoReservationStore } from '../src/store/mongo-reservation-store.ts'
import { mongoStockStore } from '../src/store/mongo-stock-store.ts'
import { describeReservationStore } from '../src/store/reservation-store.suite.ts'
import { describeStockMoves } from '../src/store/stock-moves.suite.ts'
import { describeStockStore, type StockUnderTest } from '../src/store/stock-store.suite.ts'
import { memoryReservationStore, memoryStock, memoryStockStore } from './memory-stores.ts'

const db = testDatabase('product')
const models = productModels(db.connection)
const [stock, movements] = [collectionOf(models.stock), collectionOf(models.movements)]

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

const inMongo = (): StockUnderTest => ({
  store: mongoStockStore(stock, movements, { maxEntries: 40, onChange() {}, onMove() {} }),
  seed: async (sku, onHand) => void (await stock.insertOne({ ...emptyStock(sku, 1), onHand, available: onHand })),
  read: async (sku) => (await stock.findOne({ _id: sku })) ?? undefined,
  drain: (sku) => mongoLedgerStore(stock, movements, { onChange() {} }).drain(sku),
})
const inMemory = (): StockUnderTest => {
  const store = memoryStockStore(40)
  return {
    store,
    seed: async (sku, onHand) => void store.all.set(sku, memoryStock(onHand)),
    read: async (sku) => store.all.get(sku),
    drain: async (sku) => store.drain(sku),
  }
}
describeStockStore('mongo', inMongo)
describeStockStore('memory', inMemory)
describeStockMoves('mongo', inMongo)
describeStockMoves('memory', inMemory)
