import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string

beforeAll(async () => {
  shop = await startOrderShop()
})
beforeEach(async () => {
  buyer = await shop.tokens.user(newId('usr'))
  Object.assign(shop.neighbours, { available: 1000, priceMinor: 1000, authorise: 'approve', stockIsDown: false })
})
afterAll(() => shop.stop())

const finalOf = (id: string, status: string) =>
  eventually(async () => {
    const order = await shop.order(buyer, id)
    expect(order.status).toBe(status)
    return order
  })

describe('a healthy order', () => {
  it('is confirmed in the answer, and captured soon after', async () => {
    const answer = await shop.place(buyer)
    expect(answer.status).toBe(201)
    expect(answer.headers['location']).toBe(`/orders/${answer.body.id}`)
    expect(answer.body).toMatchObject({
      status: 'confirmed',
      total: { amount: 1000, currency: 'IDR' },
      allowedActions: ['cancel'],
    })
    await eventually(async () => expect((await shop.order(buyer, answer.body.id)).paymentStatus).toBe('paid'))
  })

  it('is accepted at once without Prefer, and confirmed in the background', async () => {
    const answer = await shop.place(buyer, { wait: null })
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({ id: expect.stringMatching(/^ord_/), status: 'pending' })
    const order = await finalOf(answer.body.id, 'confirmed')
    const events = await request(shop.service.app).get(`/orders/${order.id}/events`).set('Authorization', buyer)
    expect(events.body.items.map((event: { status: string }) => event.status)).toEqual([
      'pending',
      'reserved',
      'paying',
      'authorised',
      'confirmed',
    ])
  })

  it('waits for a payment when none was given, and takes one later', async () => {
    const placed = await shop.place(buyer, { method: null })
    expect(placed).toMatchObject({ status: 202, body: { status: 'reserved' } })
    expect((await shop.order(buyer, placed.body.id)).allowedActions).toEqual(['pay', 'cancel'])
    const pay = () =>
      request(shop.service.app)
        .post(`/orders/${placed.body.id}/payments`)
        .set('Authorization', buyer)
        .set('Idempotency-Key', 'pay-once-0123456789')
        .send({ paymentMethod: 'card_ok' })
    const answers = [await pay(), await pay()]
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: { attempt: 1 } })
    expect((await finalOf(placed.body.id, 'confirmed')).payments).toHaveLength(1)
  })
})

describe('the idempotency key', () => {
  it('gives one order for 50 parallel requests, with the same id in every answer', async () => {
    const cartId = await shop.cart(buyer)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.place(buyer, { cartId, key: 'fifty-times-the-same' })),
    )
    expect(new Set(answers.map((answer) => answer.body.id ?? answer.body.orderId)).size).toBe(1)
    for (const answer of answers) expect([201, 202]).toContain(answer.status)
    const list = await request(shop.service.app).get('/orders').set('Authorization', buyer)
    expect(list.body.items).toHaveLength(1)
  })

  it('refuses another body with 422, and knows nothing of the keys of others', async () => {
    const key = 'a-key-used-twice-0001'
    const first = await shop.place(buyer, { key })
    const cartId = first.body.cartId as string
    expect((await shop.place(buyer, { key, cartId, expected: 999 })).status).toBe(422)
    const other = await shop.tokens.user(newId('usr'))
    expect((await shop.place(other, { key })).body.id).not.toBe(first.body.id)
  })

  it('makes one order of one cart, whatever the keys', async () => {
    const cartId = await shop.cart(buyer)
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.place(buyer, { cartId })))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(9)
  })
})

describe('an order that cannot be', () => {
  it('is refused for want of stock, and names its order', async () => {
    shop.neighbours.available = 0
    const answer = await shop.place(buyer)
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'insufficient-stock', orderId: expect.stringMatching(/^ord_/) },
    })
    expect((await shop.order(buyer, answer.body.orderId)).status).toBe('rejected')
  })

  it('is refused when the price rose, and its stock is released', async () => {
    const cartId = await shop.cart(buyer)
    shop.neighbours.priceMinor = 1500
    const answer = await shop.place(buyer, { cartId, expected: 1000 })
    expect(answer).toMatchObject({ status: 409, body: { code: 'price-changed', changes: { totalMinor: 1500 } } })
    await finalOf(answer.body.orderId, 'rejected')
    expect(shop.neighbours.reservations.get(answer.body.orderId)?.status).toBe('released')
  })

  it('stays reserved after a decline, and ends cancelled after the third', async () => {
    const answer = await shop.place(buyer, { method: 'card_declined' })
    expect(answer).toMatchObject({ status: 402, body: { code: 'payment-declined', retryable: true } })
    const id: string = answer.body.orderId
    const pay = (n: number) =>
      request(shop.service.app)
        .post(`/orders/${id}/payments`)
        .set('Authorization', buyer)
        .set('Idempotency-Key', `another-attempt-${n}`)
        .send({ paymentMethod: 'card_declined' })
    expect((await pay(2)).status).toBe(402)
    expect((await pay(3)).body).toMatchObject({ code: 'payment-declined', retryable: false })
    expect((await finalOf(id, 'cancelled')).payments.map((payment) => payment.state)).toEqual([
      'declined',
      'declined',
      'declined',
    ])
    expect((await pay(4)).status).toBe(409)
  })

  it('is cancelled once, by key, and its hold goes back', async () => {
    const { body } = await shop.place(buyer, { method: null })
    const cancel = (key: string) =>
      request(shop.service.app)
        .post(`/orders/${body.id}/cancellations`)
        .set('Authorization', buyer)
        .set('Idempotency-Key', key)
        .send({ reason: 'too late' })
    const first = await cancel('cancel-key-00000001')
    expect(first.status).toBe(201)
    expect((await cancel('cancel-key-00000001')).body.id).toBe(first.body.id)
    expect((await cancel('cancel-key-00000002')).body).toMatchObject({ code: 'illegal-transition', allowed: [] })
    await finalOf(body.id, 'cancelled')
  })
})

describe('a provider that fails', () => {
  it('never charges twice: a time-out after the effect ends approved under the same key', async () => {
    shop.neighbours.authorise = 'hang'
    const answer = await shop.place(buyer, { wait: 1 })
    expect(answer.status).toBe(202)
    shop.neighbours.authorise = 'approve'
    const order = await finalOf(answer.body.id, 'confirmed')
    expect(order.payments).toHaveLength(1)
    expect([...shop.neighbours.payments.keys()].filter((key) => key.startsWith(order.id))).toEqual([`${order.id}:1`])
  })

  it('voids an approval of another amount, and never confirms it', async () => {
    shop.neighbours.authorise = 'wrong-amount'
    const answer = await shop.place(buyer, { wait: 1 })
    const order = await finalOf(answer.body.id ?? answer.body.orderId, 'cancelled')
    expect(order.reason).toBe('payment-mismatch')
    expect(shop.neighbours.payments.get(`${order.id}:1`)?.state).toBe('voided')
  })

  it('keeps an order that waits for its payment, and confirms it once the provider is back', async () => {
    shop.neighbours.authorise = 'fail'
    const answer = await shop.place(buyer, { wait: 1 })
    expect((await shop.order(buyer, answer.body.id)).status).toBe('paying')
    shop.neighbours.authorise = 'approve'
    await finalOf(answer.body.id, 'confirmed')
  })
})

describe('a product service that is away', () => {
  it('loses nothing: the order is accepted and finished by a sweeper', async () => {
    const cartId = await shop.cart(buyer)
    shop.neighbours.stockIsDown = true
    const answer = await shop.place(buyer, { cartId, wait: 1 })
    expect(answer).toMatchObject({ status: 202, headers: { 'retry-after': '1' } })
    shop.neighbours.stockIsDown = false
    await finalOf(answer.body.id, 'confirmed')
  })
})
