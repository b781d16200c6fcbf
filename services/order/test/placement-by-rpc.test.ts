import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string

beforeAll(async () => {
  shop = await startOrderShop({ ORDER_CALLS: 'rpc' })
})
beforeEach(async () => {
  buyer = await shop.tokens.user(newId('usr'))
  Object.assign(shop.neighbours, { available: 1000, priceMinor: 1000, authorise: 'approve', stockIsDown: false })
})
afterAll(() => shop.stop())

const statusOf = (id: string, status: string) =>
  eventually(async () => expect((await shop.order(buyer, id)).status).toBe(status))

describe('an order whose service calls by RPC', () => {
  it('is confirmed in the answer, and captured soon after', async () => {
    const answer = await shop.place(buyer)
    expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed', total: { amount: 1000 } } })
    await eventually(async () => expect((await shop.order(buyer, answer.body.id)).paymentStatus).toBe('paid'))
    expect(await shop.metrics()).toMatch(/rpc_client_duration_seconds_count\{.*rpc_method="reserve_stock".*\} [1-9]/)
    expect(await shop.metrics()).not.toMatch(/http_client_request_duration_seconds_count\{.*method="PUT"/)
  })

  it('is refused for want of stock, and after a decline it can be paid with another card', async () => {
    shop.neighbours.available = 0
    expect(await shop.place(buyer)).toMatchObject({ status: 409, body: { code: 'insufficient-stock' } })
    shop.neighbours.available = 1000
    const declined = await shop.place(buyer, { method: 'card_declined' })
    expect(declined).toMatchObject({ status: 402, body: { code: 'payment-declined' } })
    const paid = await shop.act(buyer, `${declined.body.orderId}/payments`, { paymentMethod: 'card_ok' })
    expect(paid.status).toBe(201)
    await statusOf(declined.body.orderId, 'confirmed')
  })

  it('is taken while the product service fails, and confirmed when it is back', async () => {
    const cartId = await shop.cart(buyer)
    shop.neighbours.stockIsDown = true
    const answer = await shop.place(buyer, { cartId })
    expect(answer).toMatchObject({ status: 202, body: { status: 'pending' } })
    shop.neighbours.stockIsDown = false
    await statusOf(answer.body.id, 'confirmed')
  })

  it('is paid once though the provider never answered', async () => {
    shop.neighbours.authorise = 'hang'
    const answer = await shop.place(buyer)
    expect(answer.status).toBe(202)
    shop.neighbours.authorise = 'approve'
    await statusOf(answer.body.id, 'confirmed')
    const payment = shop.neighbours.payments.get(`${answer.body.id}:1`)
    expect(payment).toMatchObject({ amountMinor: 1000, refundedMinor: 0 })
  })
})
