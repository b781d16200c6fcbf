import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { serviceToken } from '@toko/http'
import { secrets } from './fake-neighbours.ts'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string
let stranger: string

beforeAll(async () => {
  shop = await startOrderShop()
})
beforeEach(async () => {
  buyer = await shop.tokens.user(newId('usr'))
  stranger = await shop.tokens.user(newId('usr'))
  Object.assign(shop.neighbours, { available: 1000, priceMinor: 1000, stockIsDown: false })
})
afterAll(() => shop.stop())

const http = () => request(shop.service.app)
const line = (cartId: string, sku: string, quantity: number) =>
  http().put(`/carts/${cartId}/lines/${sku}`).send({ quantity })
async function guestCart() {
  const { body } = await http().post('/carts').send({})
  return { id: body.cart.id as string, token: body.cartToken as string }
}

describe('a cart', () => {
  it('opens to its token alone', async () => {
    const { id, token } = await guestCart()
    expect(token).toMatch(/^[\w-]{22}$/)
    expect((await http().get(`/carts/${id}`).set('Cart-Token', token)).body).toMatchObject({
      owner: 'guest',
      lines: [],
    })
    for (const wrong of ['', 'x'.repeat(22)])
      expect((await http().get(`/carts/${id}`).set('Cart-Token', wrong)).status).toBe(404)
  })

  it('takes absolute quantities: a retry changes nothing, 0 removes', async () => {
    const { id, token } = await guestCart()
    for (let i = 0; i < 3; i++) await line(id, 'TEA-1', 2).set('Cart-Token', token)
    await line(id, 'COFFEE-1', 1).set('Cart-Token', token)
    const { body } = await line(id, 'COFFEE-1', 0).set('Cart-Token', token)
    expect(body).toMatchObject({ lines: [{ sku: 'TEA-1', quantity: 2 }], total: { amount: 2000, currency: 'IDR' } })
  })

  it('loses no line to 20 parallel changes', async () => {
    const { id, token } = await guestCart()
    const set = (n: number) => line(id, `SKU-${n}`, 1).set('Cart-Token', token)
    const statuses = (await Promise.all(Array.from({ length: 20 }, (_, n) => set(n)))).map((answer) => answer.status)
    const { body } = await http().get(`/carts/${id}`).set('Cart-Token', token)
    expect(body.lines).toHaveLength(statuses.filter((status) => status === 200).length)
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
  })

  it('warns of a price that moved, of low stock and of prices it cannot know', async () => {
    const { id, token } = await guestCart()
    await line(id, 'TEA-1', 5).set('Cart-Token', token)
    const warnings = async () => (await http().get(`/carts/${id}`).set('Cart-Token', token)).body
    Object.assign(shop.neighbours, { priceMinor: 1100, available: 4 })
    expect((await warnings()).warnings).toEqual([
      { sku: 'TEA-1', code: 'price-changed' },
      { sku: 'TEA-1', code: 'low-stock' },
    ])
    shop.neighbours.stockIsDown = true
    expect(await warnings()).toMatchObject({
      total: null,
      warnings: [{ code: 'prices-unknown' }],
      lines: [{ quantity: 5 }],
    })
  })

  it('refuses a SKU that cannot be bought', async () => {
    const { id, token } = await guestCart()
    expect((await line(id, 'GONE-1', 1).set('Cart-Token', token)).status).toBe(409)
  })

  it('merges at login, twice without a change, and is closed then', async () => {
    const guest = await guestCart()
    await line(guest.id, 'TEA-1', 3).set('Cart-Token', guest.token)
    const mine = await shop.cart(buyer, 1)
    const merge = () =>
      http()
        .post(`/carts/${mine}/merges`)
        .set('Authorization', buyer)
        .send({ fromCartId: guest.id, fromCartToken: guest.token })
    for (let i = 0; i < 2; i++) expect((await merge()).body.lines).toMatchObject([{ sku: 'TEA-1', quantity: 3 }])
    expect((await line(guest.id, 'TEA-1', 9).set('Cart-Token', guest.token)).status).toBe(409)
    expect(
      (await http().post(`/carts/${mine}/merges`).set('Authorization', stranger).send({ fromCartId: guest.id })).status,
    ).toBe(404)
  })

  it('changes its address only at the revision that was seen', async () => {
    const { id, token } = await guestCart()
    const patch = (etag: string, body: object) =>
      http().patch(`/carts/${id}`).set('Cart-Token', token).set('If-Match', etag).send(body)
    const address = { name: 'Sri', line1: 'Jl. Melati 1', city: 'Bandung', postalCode: '40115', country: 'ID' }
    const first = await patch('"1"', { address, email: 'Sri@Example.org ' })
    expect(first.body).toMatchObject({ address, email: 'sri@example.org' })
    expect((await patch('"1"', { address: null })).status).toBe(412)
    expect((await patch(first.headers['etag']!, { address: null })).body).not.toHaveProperty('address')
  })

  it('can be copied when its order did not work out', async () => {
    shop.neighbours.available = 0
    const cartId = await shop.cart(buyer, 2)
    expect((await shop.place(buyer, { cartId, quantity: 2 })).status).toBe(409)
    const { body } = await http().post('/carts').set('Authorization', buyer).send({ copyOf: cartId })
    expect(body.cart).toMatchObject({ status: 'open', lines: [{ sku: 'TEA-1', quantity: 2 }] })
  })
})

describe("another user's order", () => {
  it('is as unknown as one that does not exist, on every route', async () => {
    const { body: order } = await shop.place(buyer, { method: null })
    const unknown = newId('ord')
    const ask = async (id: string) => {
      const post = (path: string, body: object) =>
        http()
          .post(`/orders/${id}/${path}`)
          .set('Authorization', stranger)
          .set('Idempotency-Key', 'strangers-key-00001')
          .send(body)
      const answers = await Promise.all([
        ...['', '/events', '/stream'].map((path) => http().get(`/orders/${id}${path}`).set('Authorization', stranger)),
        post('cancellations', {}),
        post('payments', { paymentMethod: 'card_ok' }),
      ])
      return answers.map(({ status, body }) => ({ status, ...body, requestId: '' }))
    }
    expect(await ask(order.id)).toEqual(await ask(unknown))
    expect((await ask(order.id)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect((await shop.order(buyer, order.id)).status).toBe('reserved')
  })

  it('is not in lists; only staff choose whose', async () => {
    await shop.place(buyer)
    const list = (who: string, query = '') => http().get(`/orders${query}`).set('Authorization', who)
    expect((await list(stranger)).body.items).toEqual([])
    expect((await list(stranger, '?userId=all')).status).toBe(400)
    const staff = await shop.tokens.user(newId('usr'), { roles: ['orders'] })
    expect((await list(staff, '?userId=all&limit=5')).body.items.length).toBeGreaterThan(0)
  })

  it('needs a token, and the cart must be theirs', async () => {
    expect((await http().get('/orders')).status).toBe(401)
    const cartId = await shop.cart(buyer)
    expect((await shop.place(stranger, { cartId })).status).toBe(404)
  })
})

describe('lists and exports', () => {
  it('pages through all of one user, newest first, with cursors bound to the filter', async () => {
    for (let i = 0; i < 5; i++) await shop.place(buyer, { wait: null })
    const page = (query: string) => http().get(`/orders?${query}`).set('Authorization', buyer)
    const first = (await page('limit=2')).body
    const second = (await page(`limit=2&cursor=${first.next}`)).body
    const third = (await page(`limit=2&cursor=${second.next}`)).body
    const ids = [first, second, third].flatMap(({ items }) => items.map((item: { id: string }) => item.id))
    expect(ids).toEqual(ids.toSorted((a: string, b: string) => (a < b ? 1 : -1)))
    expect(new Set(ids).size).toBe(5)
    expect(third.next).toBeNull()
    expect((await page(`limit=2&status=pending&cursor=${first.next}`)).body.code).toBe('cursor-invalid')
    expect((await page('cursor=abc')).body.code).toBe('cursor-invalid')
  })

  it('opens the audit to admins and the open-orders count to the user service only', async () => {
    const { body } = await shop.place(buyer)
    const audit = (who: string) => http().get(`/audit/orders/${body.id}`).set('Authorization', who)
    expect((await audit(buyer)).status).toBe(403)
    const admin = await shop.tokens.user(newId('usr'), { roles: ['admin'] })
    expect((await audit(admin)).body).toMatchObject({ status: 'confirmed', version: 5, payments: [{ attempt: 1 }] })
    const path = `/internal/users/${body.userId}/open-orders`
    const token = await serviceToken('user', 'order', secrets.user)()
    expect((await http().get(path).set('Authorization', `Bearer ${token}`)).body).toEqual({ open: 0 })
    expect((await http().get(path).set('Authorization', admin)).status).toBe(403)
  })
})

describe('the stream of an order', () => {
  it('sends every status once, from where the client was, and ends with a final one', async () => {
    const { body } = await shop.place(buyer)
    const stream = (lastId: string) =>
      http()
        .get(`/orders/${body.id}/stream`)
        .set('Authorization', buyer)
        .set('Last-Event-ID', lastId)
        .set('Accept', 'text/event-stream')
    const all = await stream('0')
    expect(all.headers['content-type']).toBe('text/event-stream')
    expect(all.text.match(/^id: \d+$/gm)).toEqual(['id: 1', 'id: 2', 'id: 3', 'id: 4', 'id: 5'])
    expect((await stream('3')).text.match(/^id: \d+$/gm)).toEqual(['id: 4', 'id: 5'])
  })
})
