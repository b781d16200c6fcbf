import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { newId, type Order } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { type OrderShop, startOrderShop } from './order-shop.ts'

export const tea = (quantity: number) => [{ sku: 'TEA-1', quantity }]
export const parcel = (quantity: number) => ({ lines: tea(quantity), carrier: 'JNE', tracking: 'JNE-1' })
export const sorry = { reason: 'sorry' }
export const times = (count: number) => Array.from({ length: count }, (_, n) => n)
export const statuses = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b)

/** A shop for the tests of one file, with a new buyer for each and what they do with confirmed orders. */
export function shopOfPaidOrders() {
  const people = { buyer: '', staff: '' }
  let shop: OrderShop

  beforeAll(async () => {
    shop = await startOrderShop()
    people.staff = await shop.tokens.user(newId('usr'), { roles: ['customer', 'orders'] })
  })
  beforeEach(async () => {
    people.buyer = await shop.tokens.user(newId('usr'))
    Object.assign(shop.neighbours, { available: 1000, stockIsDown: false, capture: 'take', refund: 'pay' })
  })
  afterAll(() => shop.stop())

  const settled = (id: string, expected: object): Promise<Order> =>
    eventually(async () => {
      const order = await shop.order(people.buyer, id)
      expect(order).toMatchObject(expected)
      return order
    })

  /** A confirmed order of some tea, its money captured. */
  async function paidOrder(quantity = 4): Promise<string> {
    const { body } = await shop.place(people.buyer, { quantity })
    await settled(body.id, { status: 'confirmed', paymentStatus: 'paid' })
    return body.id
  }

  /** The same with all of it shipped and, if so told, delivered. */
  async function shippedOrder(quantity = 4, { isDelivered = false } = {}): Promise<{ id: string; shipmentId: string }> {
    const id = await paidOrder(quantity)
    const shipmentId: string = (await shop.act(people.staff, `${id}/shipments`, parcel(quantity))).body.id
    await settled(id, { shipments: [{ state: 'consumed' }] })
    if (isDelivered) await shop.act(people.staff, `${id}/shipments/${shipmentId}/deliveries`)
    return { id, shipmentId }
  }

  return {
    shop: () => shop,
    people,
    settled,
    paidOrder,
    shippedOrder,
    /** What the provider keeps of an order's money. */
    net(id: string): number {
      const { capturedMinor, refundedMinor } = shop.neighbours.payments.get(`${id}:1`)!
      return capturedMinor - refundedMinor
    },
  }
}
