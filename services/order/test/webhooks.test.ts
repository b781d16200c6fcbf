import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, type PaymentEvent } from '@toko/contracts'
import { signWebhook, serviceToken } from '@toko/http'
import { describeHostileInput, eventually } from '@toko/testkit'
import type { OrderFeatures } from '../src/features.ts'
import { orderServiceRoutes } from '../src/routes.ts'
import { type OrderShop, startOrderShop } from './order-shop.ts'
import { secrets } from './fake-neighbours.ts'

let shop: OrderShop

beforeAll(async () => {
  // No sweeper does what an event should; nor does one help a call that a busy machine made late.
  shop = await startOrderShop({
    ORDER_FIRST_SWEEP_MS: '60000',
    ORDER_MAX_BACKOFF_MS: '60000',
    ORDER_PROVIDER_CALL_MS: '5000',
  })
})
afterAll(() => shop.stop())

async function paying() {
  const buyer = await shop.tokens.user(newId('usr'))
  shop.neighbours.authorise = 'fail'
  const { body } = await shop.place(buyer, { wait: 1 })
  await eventually(() => expect(shop.service.isIdle()).toBe(true))
  shop.neighbours.authorise = 'approve'
  return { buyer, id: body.id as string }
}

const eventOf = (orderId: string, change: Partial<PaymentEvent> = {}): PaymentEvent => ({
  id: newId('evt'),
  type: 'payment.approved',
  key: `${orderId}:1`,
  orderId,
  amountMinor: 1000,
  currency: 'IDR',
  at: new Date().toISOString(),
  ...change,
})

function deliver(event: PaymentEvent, secret = 'webhook-secret-0123', nowMs = Date.now()) {
  const raw = JSON.stringify(event)
  return request(shop.service.app)
    .post('/webhooks/payments/toko')
    .set('Content-Type', 'application/json')
    .set('Toko-Signature', signWebhook(secret, raw, nowMs))
    .send(raw)
}

describe("the provider's webhook", () => {
  it('moves an order that waits for its payment, once, however often it comes', async () => {
    const { buyer, id } = await paying()
    const event = eventOf(id)
    for (let i = 0; i < 3; i++) expect((await deliver(event)).status).toBe(204)
    const order = await eventually(async () => {
      const found = await shop.order(buyer, id)
      expect(found.status).toBe('confirmed')
      return found
    })
    expect(order.version).toBe(5)
  })

  it.each([
    ['a wrong secret', 'another-secret-0123', 0],
    ['an old signature', 'webhook-secret-0123', 6 * 60_000],
  ])('is refused with %s, and moves nothing', async (_what, secret, ageMs) => {
    const { buyer, id } = await paying()
    expect((await deliver(eventOf(id), secret, Date.now() - ageMs)).body.code).toBe('signature-invalid')
    expect((await shop.order(buyer, id)).status).toBe('paying')
  })

  it('never confirms another amount: the payment is voided', async () => {
    const { buyer, id } = await paying()
    await deliver(eventOf(id, { amountMinor: 1 }))
    await eventually(async () =>
      expect(await shop.order(buyer, id)).toMatchObject({ status: 'cancelled', reason: 'payment-mismatch' }),
    )
    expect(shop.neighbours.payments.get(`${id}:1`)?.state).toBe('voided')
  })

  it('ignores what is not definitive and orders it does not know', async () => {
    const { buyer, id } = await paying()
    expect((await deliver(eventOf(id, { type: 'payment.captured' }))).status).toBe(204)
    expect((await deliver(eventOf(newId('ord')))).status).toBe(204)
    expect((await shop.order(buyer, id)).status).toBe('paying')
  })

  it('moves nothing of an order that went on: a repeated approval is no orphan, a refund is known already', async () => {
    const staff = await shop.tokens.user(newId('usr'), { roles: ['orders'] })
    const buyer = await shop.tokens.user(newId('usr'))
    const place = async () => {
      const { body } = await shop.place(buyer)
      await eventually(async () => expect((await shop.order(buyer, body.id)).paymentStatus).toBe('paid'))
      return body.id as string
    }
    const [shipped, freeing] = [await place(), await place()]
    await shop.act(staff, `${shipped}/shipments`, { lines: [{ sku: 'TEA-1', quantity: 1 }], carrier: 'JNE' })
    shop.neighbours.stockIsDown = true
    await shop.act(buyer, `${freeing}/cancellations`, {})
    await eventually(() => expect(shop.service.isIdle()).toBe(true)) // what the cancel began in the background has given up
    const seen = shop.neighbours.calls.length
    for (const id of [shipped, freeing])
      for (const type of ['payment.approved', 'payment.captured', 'payment.refunded', 'payment.voided'] as const)
        for (const _ of [1, 2]) expect((await deliver(eventOf(id, { type }))).status).toBe(204)
    shop.neighbours.stockIsDown = false
    const { buyer: another, id: later } = await paying() // its event is due after those
    await deliver(eventOf(later))
    await eventually(async () => expect((await shop.order(another, later)).status).toBe('confirmed'))
    expect(await shop.order(buyer, shipped)).toMatchObject({ status: 'shipped', paymentStatus: 'paid', version: 6 })
    expect(await shop.order(buyer, freeing)).toMatchObject({ status: 'freeing', paymentStatus: 'paid', version: 6 })
    expect(shop.neighbours.calls.slice(seen)).not.toContain('void')
    expect(await shop.metrics()).toMatch(/alerts_total\{kind="payment-orphaned".*\} 0/)
  })

  it('gives the money back when an approval comes for an order that ended', async () => {
    const buyer = await shop.tokens.user(newId('usr'))
    const { body } = await shop.place(buyer, { method: 'card_declined' })
    const id: string = body.orderId
    await request(shop.service.app)
      .post(`/orders/${id}/cancellations`)
      .set('Authorization', buyer)
      .set('Idempotency-Key', 'cancel-the-order-01')
      .send({})
    const key = `${id}:1`
    shop.neighbours.payments.set(key, { ...shop.neighbours.payments.get(key)!, state: 'approved' })
    await deliver(eventOf(id))
    await eventually(() => expect(shop.neighbours.payments.get(key)?.state).toBe('voided'))
    expect((await shop.order(buyer, id)).status).toBe('cancelled')
  })
})

describeHostileInput({
  app: () => shop.service.app,
  routes: orderServiceRoutes({ carts: {}, orders: {}, webhooks: {} } as OrderFeatures),
  async authorization({ auth }) {
    if (auth === 'service') return `Bearer ${await serviceToken('user', 'order', secrets.user)()}`
    return auth === 'public' ? undefined : shop.tokens.user(undefined, { roles: ['customer', 'admin'] })
  },
})
