import { describe, expect, it } from 'vitest'
import { fakeClock } from '@toko/testkit'
import type { Cart } from '../domain/cart.ts'
import { limits, placed } from '../domain/order.fixture.ts'
import type { Order } from '../domain/order.ts'
import { makePlaceOrder } from './place-order.ts'
import type { Protocol } from './protocol.ts'

const body = { cartId: placed().cartId, expectedTotal: { amount: 3000, currency: 'IDR' as const } }
const request = { userId: placed().userId, idemKey: placed().idemKey, body }
const openCart: Cart = {
  _id: body.cartId,
  rev: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ownerId: request.userId,
  status: 'open',
  currency: 'IDR',
  lines: [{ sku: 'TEA-1', quantity: 1, addedPriceMinor: 3000, title: 'Tea' }],
}

/**
 * placeOrder while an equal request is under way: the first look finds no order, then the other request inserts its order
 * and does what `seen` shows, and the second look finds it.
 */
async function raced(seen: { cart?: Partial<Cart>; unpaid?: number; insert?: 'key' | 'cart' }) {
  let mine: Order | undefined
  let looks = 0
  const hash = await hashOfBody()
  const place = makePlaceOrder({
    protocol: {
      limits,
      clock: fakeClock(),
      store: {
        replay: async () => (looks++ === 0 ? null : placed({ bodyHash: hash })),
        insert: async (order: Order) => {
          mine = order
          return seen.insert ?? order
        },
      },
    } as unknown as Protocol,
    carts: { get: async () => ({ ...openCart, ...seen.cart }) } as never,
    newId: () => 'ord_new',
    newNumber: () => 'NUMBER',
    countUnpaid: async () => seen.unpaid ?? 0,
    maxUnpaidPerUser: 5,
  })
  return { order: await place(request), mine }
}

/** The hash that the same request gets: taken from an order that nothing disturbs. */
async function hashOfBody(): Promise<string> {
  let hash = ''
  const place = makePlaceOrder({
    protocol: {
      limits,
      clock: fakeClock(),
      store: { replay: async () => null, insert: async (order: Order) => ((hash = order.bodyHash), order) },
    } as unknown as Protocol,
    carts: { get: async () => openCart, markOrdered: async () => {} } as never,
    newId: () => 'ord_first',
    newNumber: () => 'NUMBER',
    countUnpaid: async () => 0,
    maxUnpaidPerUser: 5,
  })
  await place(request)
  return hash
}

describe('the same key while its order is being made', () => {
  it.each([
    ['the cart is marked as ordered', { cart: { status: 'ordered' as const } }],
    ['the limit of unpaid orders is reached by it', { unpaid: 5 }],
    ['the unique index of keys refuses the insert', { insert: 'key' as const }],
    ['the unique index of carts refuses the insert', { insert: 'cart' as const }],
  ])('gives that order when %s', async (_what, seen) => {
    expect((await raced(seen)).order._id).toBe(placed()._id)
  })
})
