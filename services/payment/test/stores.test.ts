import { newId } from '@toko/contracts'
import { buildIndexes } from '@toko/database'
import { testDatabase } from '@toko/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Effect } from '../src/domain/payment.ts'
import { paymentModels, paymentValidator } from '../src/store/models.ts'
import { mongoDeliveryStore } from '../src/store/mongo-delivery-store.ts'
import { mongoPaymentStore } from '../src/store/mongo-payment-store.ts'
import { describePaymentStore } from '../src/store/payment-store.suite.ts'
import { memoryPaymentStore } from './memory-payment-store.ts'

const db = testDatabase('payment')
const models = paymentModels(db.connection)

beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.payments, validator: paymentValidator }, { model: models.deliveries }])
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

it('a webhook put off by a clock that was ahead is given out, after those whose time has come', async () => {
  const deliveries = mongoDeliveryStore(models.deliveries)
  const orderId = newId('ord')
  const event = { id: newId('evt'), type: 'payment.approved', key: `${orderId}:1`, orderId, amountMinor: 1 } as const
  await deliveries.add({ ...event, at: new Date(0).toISOString() }, [1000, 5000, 9001])
  const claim = () => deliveries.claim(1000, 7000, 9000)
  expect([await claim(), await claim(), await claim()]).toMatchObject([
    { id: `${event.id}:1`, attempts: 1 },
    { id: `${event.id}:3`, attempts: 1 },
    null,
  ])
})
