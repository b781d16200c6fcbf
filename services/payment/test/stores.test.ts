import { buildIndexes } from '@toko/database'
import { testDatabase } from '@toko/testkit'
import { afterAll, beforeAll } from 'vitest'
import type { Effect } from '../src/domain/payment.ts'
import { paymentModels, paymentValidator } from '../src/store/models.ts'
import { mongoPaymentStore } from '../src/store/mongo-payment-store.ts'
import { describePaymentStore } from '../src/store/payment-store.suite.ts'
import { memoryPaymentStore } from './memory-payment-store.ts'

const db = testDatabase('payment')
const models = paymentModels(db.connection)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.payments, validator: paymentValidator }])
})
afterAll(async () => {
  await db.connection.dropDatabase()
  await db.stop?.()
})

describePaymentStore('mongo', () => {
  const told: Effect[] = []
  const store = mongoPaymentStore(models.payments, (_document, effects) => void told.push(...effects))
  return { store, told: () => told }
})
describePaymentStore('memory', () => {
  const told: Effect[] = []
  const store = memoryPaymentStore((_payment, effects) => void told.push(...effects))
  return { store, told: () => told }
})
