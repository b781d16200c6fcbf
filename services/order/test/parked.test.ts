import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { eventually, testMongoUrl } from '@toko/testkit'
import mongoose from 'mongoose'
import { type OrderShop, startOrderShop } from './order-shop.ts'

const database = `order_${randomUUID().slice(0, 8)}`
let shop: OrderShop
let connection: mongoose.Connection
let buyer: string
let admin: string

beforeAll(async () => {
  shop = await startOrderShop({ ORDER_MONGO_DATABASE: database, ORDER_PROVIDER_CALL_MS: '5000' })
  connection = await mongoose.createConnection(testMongoUrl(), { dbName: database }).asPromise()
  buyer = await shop.tokens.user(newId('usr'))
  admin = await shop.tokens.user(newId('usr'), { roles: ['admin'] })
})
afterAll(async () => {
  await connection.close()
  await shop.stop()
})

const orders = () => connection.collection<{ _id: string; dueAt?: number; parked?: { reason: string } }>('orders')
const edit = (id: string, set: object) => orders().updateOne({ _id: id }, { $set: set })
const get = (path: string, token = buyer) => request(shop.service.app).get(path).set('Authorization', token)
const now = { dueAt: 1 }

async function confirmed(): Promise<string> {
  const { body } = await shop.place(buyer)
  await eventually(async () => expect((await shop.order(buyer, body.id)).paymentStatus).toBe('paid'))
  return body.id
}

/** What a hand in the database may leave behind. */
const impossible: readonly (readonly [string, object])[] = [
  ['authorised without a payment', { status: 'authorised', payments: [] }],
  ['without a history', { history: [] }],
  ['with a version that is not of its history', { version: 17 }],
  ['in a status that does not exist', { status: 'lost' }],
  ['that was never a path', { 'history.1.status': 'completed' }],
  ['with more refunded than captured', { refunds: [{ id: 'rfd_1', amountMinor: 1001, state: 'requested' }] }],
  ['with more shipped than ordered', { status: 'shipped', shipments: [{ id: 'shp_1', lines: [], state: 'lost' }] }],
  ['with payments that are none', { payments: 'all of them' }],
  ['with a revision that is none', { rev: 'seven', status: 'freeing' }],
  ['with nothing ordered', { request: [] }],
]

describe('an order that makes no sense', () => {
  it('stops itself and nothing else: 21 of them due at once, and the others flow', async () => {
    const ids: string[] = []
    while (ids.length < 21) ids.push(...(await Promise.all([confirmed(), confirmed(), confirmed()])))
    await Promise.all(ids.map((id, n) => edit(id, { ...impossible[n % impossible.length]![1], ...now })))
    shop.neighbours.authorise = 'fail'
    const healthy = await shop.place(buyer, { wait: 1 })
    shop.neighbours.authorise = 'approve'
    await eventually(async () => expect((await shop.order(buyer, healthy.body.id)).status).toBe('confirmed'))
    await eventually(async () => {
      const parked = await orders()
        .find({ _id: { $in: ids } })
        .toArray()
      expect(parked.every((order) => order.parked !== undefined && order.dueAt === undefined)).toBe(true)
    })
    const metrics = await shop.metrics()
    expect(metrics).toMatch(/^toko_orders_parked\{.*\} 21$/m)
    expect(metrics).toMatch(/^toko_order_alerts_total\{kind="parked".*\} 21$/m)
  })

  it.each(impossible)('answers a typed problem to everybody who asks (%s)', async (_what, set) => {
    const id = await confirmed()
    await edit(id, set)
    const parcel = { lines: [{ sku: 'TEA-1', quantity: 1 }], carrier: 'JNE' }
    const answers = [
      await get(`/orders/${id}`),
      await get(`/orders/${id}/events`),
      await get(`/orders/${id}/stream`),
      await shop.act(buyer, `${id}/cancellations`, {}),
      await shop.act(buyer, `${id}/payments`, { paymentMethod: 'card_ok' }),
      await shop.act(admin, `${id}/shipments`, parcel),
      await shop.act(admin, `${id}/refunds`, { reason: 'sorry' }),
      await shop.act(buyer, `${id}/returns`, { lines: parcel.lines, reason: 'no' }),
    ]
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 409, body: { code: 'conflict', why: 'parked', orderId: id } })
    expect((await orders().findOne({ _id: id }))?.parked).toBeDefined()
    const list = await get('/orders')
    expect(list.status).toBe(200)
    expect(list.body.items.map((order: { id: string }) => order.id)).not.toContain(id)
    const audited = await get(`/audit/orders/${id}`, admin)
    expect(audited).toMatchObject({ status: 200, body: { id, parked: expect.any(String) } })
    expect((await get('/audit/orders?limit=100', admin)).status).toBe(200)
  })

  it('goes on where it was once a person has repaired it and let it go', async () => {
    shop.neighbours.capture = 'fail'
    const { body } = await shop.place(buyer)
    const id: string = body.id
    const { payments } = (await orders().findOne({ _id: id })) as unknown as { payments: object[] }
    await edit(id, { payments: [], ...now })
    await eventually(async () => expect((await orders().findOne({ _id: id }))?.parked).toBeDefined())
    shop.neighbours.capture = 'take'
    await edit(id, { payments })
    expect((await get(`/orders/${id}`)).body.why).toBe('parked')
    // As README.md says it.
    await orders().updateOne({ _id: id }, { $unset: { parked: '' }, $set: { dueAt: Date.now() }, $inc: { rev: 1 } })
    await eventually(async () => expect((await shop.order(buyer, id)).paymentStatus).toBe('paid'))
  })
})
