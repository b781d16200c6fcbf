import { beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { call, newKey, ok } from './client.ts'
import { adjustStock, newCart, newProduct, order, orderOf, price, stockOf } from './goods.ts'
import { newCustomer, type Person, staffToken } from './people.ts'

let staff: string
let buyer: Person

beforeAll(async () => {
  staff = await staffToken()
  buyer = await newCustomer(staff)
})

const finalOf = (id: string, status: string) =>
  eventually(async () => {
    const found = await orderOf(buyer.token, id)
    expect(found.status).toBe(status)
    return found
  })

describe('a newcomer', () => {
  it('registers, verifies, signs in, browses, fills a cart as a guest, merges it and orders', async () => {
    const { id, sku } = await newProduct(staff, 5)
    const newcomer = await newCustomer(staff)
    const found = await ok('product', `GET /products?q=${sku}`)
    expect(found.items.map((item: { id: string }) => item.id)).toContain(id)
    const guest = await ok('order', 'POST /carts', { body: {} })
    await ok('order', `PUT /carts/${guest.cart.id}/lines/${sku}`, {
      body: { quantity: 2 },
      headers: { 'cart-token': guest.cartToken },
    })
    const own = await ok('order', 'POST /carts', { token: newcomer.token, body: {} })
    const merged = await ok('order', `POST /carts/${own.cart.id}/merges`, {
      token: newcomer.token,
      body: { fromCartId: guest.cart.id, fromCartToken: guest.cartToken },
    })
    expect(merged.total).toEqual({ amount: 2 * price, currency: 'IDR' })
    const placed = await order(newcomer.token, { cartId: own.cart.id, total: 2 * price })
    expect(placed).toMatchObject({ status: 201, body: { status: 'confirmed', total: { amount: 2 * price } } })
    await eventually(async () => expect((await orderOf(newcomer.token, placed.body.id)).paymentStatus).toBe('paid'))
    expect(await stockOf(staff, sku)).toMatchObject({ onHand: 5, available: 3, reserved: 2 })
    await eventually(async () => {
      const { items } = await ok('user', `GET /mailbox?to=${encodeURIComponent(newcomer.email)}`, { token: staff })
      expect(items.some((mail: { subject: string }) => mail.subject.includes(placed.body.number))).toBe(true)
    })
  })

  it('is found at /users/{id} by themself and staff, and by nobody else', async () => {
    const path = `GET /users/${buyer.id}`
    expect(await call('user', path, { token: buyer.token })).toMatchObject({ status: 200, body: { id: buyer.id } })
    expect((await call('user', path, { token: staff })).status).toBe(200)
    const other = await newCustomer(staff)
    const foreign = await call('user', path, { token: other.token })
    const unknown = await call('user', `GET /users/usr_${'0'.repeat(32)}`, { token: other.token })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
    expect(foreign.status).toBe(404)
  })
})

describe('an order that cannot be', () => {
  it('is refused for want of stock, names the shortage, and the copied cart can be ordered later', async () => {
    const { sku } = await newProduct(staff, 1)
    const cartId = await newCart(buyer.token, sku, 2)
    const refused = await order(buyer.token, { cartId, total: 2 * price })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'insufficient-stock', shortages: [{ sku, requested: 2, available: 1 }] },
    })
    expect(await stockOf(staff, sku)).toMatchObject({ available: 1, reserved: 0 })
    await adjustStock(staff, sku, 1)
    const { cart } = await ok('order', 'POST /carts', { token: buyer.token, body: { copyOf: cartId } })
    expect((await order(buyer.token, { cartId: cart.id, total: 2 * price })).status).toBe(201)
  })

  it('is refused when the price rose since the cart was seen, and holds nothing', async () => {
    const { sku } = await newProduct(staff, 3)
    const cartId = await newCart(buyer.token, sku)
    const listed = await ok('product', `GET /variants?sku=${sku}`)
    await ok('product', `PATCH /variants/${sku}`, {
      token: staff,
      headers: { 'if-match': `"${listed.items[0].version}"` },
      body: { price: { amount: price + 100, currency: 'IDR' } },
    })
    const refused = await order(buyer.token, { cartId })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'price-changed', changes: { totalMinor: price + 100 } },
    })
    await finalOf(refused.body.orderId, 'rejected')
    await eventually(async () => expect(await stockOf(staff, sku)).toMatchObject({ available: 3, reserved: 0 }))
  })

  it('stays after a decline and is confirmed by a second attempt', async () => {
    const { sku } = await newProduct(staff, 1)
    const declined = await order(buyer.token, {
      cartId: await newCart(buyer.token, sku),
      method: 'card_insufficient_funds',
    })
    expect(declined).toMatchObject({ status: 402, body: { code: 'payment-declined', retryable: true } })
    const id: string = declined.body.orderId
    const paid = await call('order', `POST /orders/${id}/payments`, {
      token: buyer.token,
      headers: { 'idempotency-key': newKey() },
      body: { paymentMethod: 'card_ok' },
    })
    expect(paid).toMatchObject({ status: 201, body: { attempt: 2 } })
    await finalOf(id, 'confirmed')
  })

  it('is confirmed by the webhook of a payment that is processed for a while', async () => {
    const { sku } = await newProduct(staff, 1)
    const placed = await order(buyer.token, {
      cartId: await newCart(buyer.token, sku),
      method: 'card_processing',
      wait: 0,
    })
    expect(placed.status).toBe(202)
    await finalOf(placed.body.id, 'confirmed')
  })

  it('is cancelled before payment, and its stock is free again', async () => {
    const { sku } = await newProduct(staff, 1)
    const cartId = await newCart(buyer.token, sku)
    const placed = await call('order', 'POST /orders', {
      token: buyer.token,
      headers: { 'idempotency-key': newKey(), prefer: 'wait=2' },
      body: { cartId, expectedTotal: { amount: price, currency: 'IDR' } },
    })
    expect(placed).toMatchObject({ status: 202, body: { status: 'reserved' } })
    expect((await stockOf(staff, sku)).available).toBe(0)
    await ok('order', `POST /orders/${placed.body.id}/cancellations`, {
      token: buyer.token,
      headers: { 'idempotency-key': newKey() },
      body: {},
    })
    expect((await finalOf(placed.body.id, 'cancelled')).reason).toBe('cancelled-by-user')
    await eventually(async () =>
      expect(await stockOf(staff, sku)).toMatchObject({ onHand: 1, available: 1, reserved: 0 }),
    )
  })
})

describe('other people', () => {
  it('neither see nor change an order, a cart or a list', async () => {
    const { sku } = await newProduct(staff, 1)
    const cartId = await newCart(buyer.token, sku)
    const placed = await order(buyer.token, { cartId })
    const stranger = await newCustomer(staff)
    const asStranger = (request: string, body?: object) =>
      call('order', request, {
        token: stranger.token,
        headers: { 'idempotency-key': newKey() },
        ...(body ? { body } : {}),
      })
    const answers = await Promise.all([
      asStranger(`GET /orders/${placed.body.id}`),
      asStranger(`GET /orders/${placed.body.id}/events`),
      asStranger(`POST /orders/${placed.body.id}/cancellations`, {}),
      asStranger(`GET /carts/${cartId}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect((await asStranger('GET /orders')).body.items).toEqual([])
    expect((await call('order', `GET /audit/orders`, { token: stranger.token })).status).toBe(403)
    expect((await call('order', `GET /orders/${placed.body.id}`)).status).toBe(401)
  })
})
