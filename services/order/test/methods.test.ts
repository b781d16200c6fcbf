import { newId, type Order } from '@toko/contracts'
import { serviceToken } from '@toko/http'
import { IncorrectSignatureError, RemoteError } from '@toko/messaging'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { secrets } from './fake-neighbours.ts'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string

beforeAll(async () => {
  shop = await startOrderShop()
})
beforeEach(async () => {
  buyer = await shop.tokens.user(newId('usr'))
})
afterAll(() => shop.stop())

/** As a program outside does it, with a person's token. */
async function call(method: string, kwargs: object, authorization = buyer): Promise<never> {
  const { bus } = shop
  const headers = authorization === '' ? {} : { authorization }
  return (await bus.request({ service: 'order', method }, { kwargs: { ...kwargs } }, { headers })) as never
}

async function filledCart(): Promise<string> {
  const { cart } = (await call('create_cart', {})) as { cart: { id: string } }
  await call('set_cart_line', { id: cart.id, sku: 'TEA-1', quantity: 2 })
  return cart.id
}

const placeOrder = async (more: object = {}): Promise<Order> =>
  call('place_order', {
    cartId: await filledCart(),
    expectedTotal: { amount: 2000, currency: 'IDR' },
    paymentMethod: 'card_ok',
    idempotencyKey: newId('evt'),
    prefer: 'wait=2',
    ...more,
  })

const failure = (reply: Promise<unknown>) => reply.catch((error: unknown) => error)

describe('methods of the order service', () => {
  it('fill a cart, place, read, list and cancel an order', async () => {
    const placed = await placeOrder()
    expect(placed).toMatchObject({ status: 'confirmed', total: { amount: 2000, currency: 'IDR' } })
    expect(await call('get_order', { id: placed.id })).toMatchObject({ id: placed.id, status: 'confirmed' })
    expect(await call('list_orders', { limit: 1 })).toMatchObject({ items: [{ id: placed.id }] })
    const cancelled = await call('cancel_order', {
      id: placed.id,
      idempotencyKey: newId('evt'),
      reason: 'changed my mind',
    })
    expect(cancelled).toMatchObject({ orderId: placed.id })
  })

  it('give the same order for the same key', async () => {
    const key = { idempotencyKey: newId('evt'), cartId: await filledCart() }
    const [first, second] = [await placeOrder(key), await placeOrder(key)]
    expect(second.id).toBe(first.id)
  })

  it('serve a guest by the token of the cart', async () => {
    const made = (await call('create_cart', {}, '')) as { cart: { id: string }; cartToken: string }
    const { id } = made.cart
    expect(await call('get_cart', { id, cartToken: made.cartToken }, '')).toMatchObject({ id, owner: 'guest' })
    expect(await failure(call('get_cart', { id }, ''))).toMatchObject({ excPath: 'toko.errors.not-found' })
  })

  it('refuse wrong arguments, strangers and who is not signed in', async () => {
    expect(await failure(call('get_order', {}))).toBeInstanceOf(IncorrectSignatureError)
    expect(await failure(placeOrder({ expectedTotal: 2000 }))).toBeInstanceOf(IncorrectSignatureError)
    expect(await failure(placeOrder({ idempotencyKey: 'short' }))).toBeInstanceOf(IncorrectSignatureError)
    const { id } = await placeOrder()
    const stranger = await failure(call('get_order', { id }, await shop.tokens.user(newId('usr'))))
    expect(stranger).toBeInstanceOf(RemoteError)
    expect(stranger).toMatchObject({ excType: 'NotFound', excPath: 'toko.errors.not-found' })
    expect(await failure(call('get_order', { id }, ''))).toMatchObject({ excPath: 'toko.errors.unauthenticated' })
  })

  it('tell the user service, and no person, how many orders are open', async () => {
    const userId = newId('usr')
    const token = `Bearer ${await serviceToken('user', 'order', secrets.user)()}`
    expect(await call('count_open_orders', { userId }, token)).toEqual({ open: 0 })
    expect(await failure(call('count_open_orders', { userId }))).toMatchObject({ excPath: 'toko.errors.forbidden' })
  })
})
