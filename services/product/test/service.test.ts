import type { RequestListener } from 'node:http'
import { newId } from '@toko/contracts'
import { serviceToken } from '@toko/http'
import { describeHostileInput, eventually } from '@toko/testkit'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProductFeatures } from '../src/features/product-features.ts'
import { productApi, productServiceRoutes } from '../src/routes.ts'
import { fromOrderSecret, newSku, type ProductUnderTest, startProduct } from './harness.ts'

let product: ProductUnderTest
const routes = productServiceRoutes({} as ProductFeatures)

beforeAll(async () => {
  product = await startProduct()
})
afterAll(async () => {
  await product.stop()
})

describeHostileInput({
  app: () => product.service.app as RequestListener,
  routes,
  authorization: ({ auth }) => product.authorization(auth === 'service' ? 'order' : 'admin'),
})

describe('who may call', () => {
  const path = (template: string) => template.replace('{sku}', 'TEA-1').replaceAll(/\{\w+\}/g, `prd_${'0'.repeat(32)}`)
  const guarded = routes.map(({ spec }) => spec).filter(({ auth }) => auth !== 'public' && auth !== 'optional')

  it.each(guarded.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))('%s', async (_name, spec) => {
    const isInternal = spec.auth === 'service'
    const status = async (as: 'order' | 'staff' | 'customer' | 'nobody') =>
      (await product.call(spec.method, path(spec.path), undefined, { as })).status
    expect(await status('nobody')).toBe(401)
    expect(await status('customer')).toBe(403)
    expect(await status(isInternal || spec.path.startsWith('/audit/') ? 'staff' : 'order')).toBe(403)
  })

  it('knows the order service by the secret of its edge alone', async () => {
    const ask = async (token: string) =>
      (
        await product.call('GET', `/internal/reservations/${newId('ord')}`, undefined, {
          as: 'nobody',
          headers: { authorization: `Bearer ${token}` },
        })
      ).status
    expect(await ask(await serviceToken('order', 'product', fromOrderSecret)())).toBe(404)
    expect(await ask(await serviceToken('order', 'product', 'a secret that is not the right one')())).toBe(401)
    expect(await ask(await serviceToken('user', 'product', fromOrderSecret)())).toBe(401)
  })

  it('asks for a recent sign-in before stock is adjusted', async () => {
    const authorization = await product.tokens.user(undefined, { roles: ['catalogue'], ageS: 700 })
    const answer = await product.call(
      'POST',
      '/stock/TEA-1/adjustments',
      { delta: 1, reason: 'x' },
      {
        as: 'nobody',
        headers: { authorization, 'idempotency-key': 'x'.repeat(16) },
      },
    )
    expect(answer.body.code).toBe('reauthentication-required')
  })
})

describe('quotes', () => {
  it('price what is sold and name the rest', async () => {
    const [a, b, c] = [newSku(), newSku(), newSku()].toSorted() as [string, string, string]
    const sold = await product.sell([a, b], 7)
    const quote = async (currency = 'IDR') =>
      (
        await product.call(
          'POST',
          '/internal/quotes',
          { currency, lines: [a, c, b, a].map((sku) => ({ sku, quantity: 2 })) },
          { as: 'order' },
        )
      ).body
    const first = await quote()
    expect(first).toMatchObject({
      currency: 'IDR',
      lines: [
        { sku: a, quantity: 4, unitPriceMinor: 12_500, title: sold.title, available: 7 },
        { sku: b, quantity: 2, unitPriceMinor: 12_500 },
      ],
      unavailable: [c],
    })
    expect((await quote()).priceVersion).toBe(first.priceVersion)
    expect(await quote('EUR')).toMatchObject({ lines: [], unavailable: [a, b, c] })
    const { body } = await product.call('GET', `/products/${sold.id}`)
    await product.call(
      'PATCH',
      `/variants/${b}`,
      { price: { amount: 1, currency: 'IDR' } },
      {
        headers: { 'if-match': `"${body.version}"` },
      },
    )
    expect((await quote()).priceVersion).not.toBe(first.priceVersion)
  })
})

describe('audit', () => {
  it('exports every SKU with its entries and ledger sums, and every reservation', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    await product.adjust(sku, { delta: -2 })
    const orderId = newId('ord')
    await product.reserve(orderId, [sku], 2)
    const all = async (path: string) => {
      const items: { [key: string]: unknown }[] = []
      for (let cursor = ''; ;) {
        const { body } = await product.call('GET', `${path}?limit=2${cursor}`, undefined, { as: 'admin' })
        items.push(...body.items)
        if (body.next === null) return items
        cursor = `&cursor=${body.next}`
      }
    }
    await eventually(async () => {
      const stock = (await all('/audit/stock')).find((item) => item['sku'] === sku)
      expect(stock).toMatchObject({
        onHand: 3,
        available: 1,
        reserved: 2,
        received: 3,
        movements: 2,
        lastSeq: 2,
        seq: 2,
        pending: 0,
        entries: [{ orderId, quantity: 2, state: 'A' }],
      })
      const reservation = (await all('/audit/reservations')).find((item) => item['id'] === orderId)
      expect(reservation).toMatchObject({ status: 'held', version: 2, outbox: 0, lines: [{ sku, quantity: 2 }] })
      const one = await product.call('GET', `/audit/reservations/${orderId}`, undefined, { as: 'admin' })
      expect(one.body).toEqual(reservation)
    })
    const unknown = await product.call('GET', `/audit/reservations/${newId('ord')}`, undefined, { as: 'admin' })
    expect(unknown.status).toBe(404)
  })

  it('gives the order service what it asks for by ids, or page after page', async () => {
    const skus = [newSku(), newSku()].toSorted()
    await product.sell(skus, 5)
    const orderIds = [newId('ord'), newId('ord'), newId('ord')] as const
    for (const orderId of orderIds) await product.reserve(orderId, [skus[0]!], 1)
    const asOrder = (path: string) => product.call('GET', `/internal/audit/${path}`, undefined, { as: 'order' })
    const ask = async (path: string) => (await asOrder(path)).body.items
    const ids = async (path: string) => (await ask(path)).map((item: { id: string }) => item.id)
    expect(await ids(`reservations?ids=${orderIds[2]},${newId('ord')},${orderIds[0]}`)).toEqual([
      orderIds[0],
      orderIds[2],
    ])
    expect(await ids(`reservations?after=${orderIds[0]}`)).toEqual(orderIds.slice(1))
    expect(await ids(`reservations?after=${orderIds[0]}&limit=1`)).toEqual([orderIds[1]])
    expect(await ask(`stock?ids=${skus[0]},NOT-THERE-1`)).toMatchObject([{ sku: skus[0], onHand: 5, reserved: 3 }])
    const after = await ask(`stock?after=${skus[0]}&limit=1`)
    expect(after).toHaveLength(1)
    expect(after[0].sku > skus[0]!).toBe(true)
    expect((await ask('reservations?limit=2')).length).toBe(2)
    expect((await asOrder(`reservations?ids=${orderIds[0]},nonsense`)).status).toBe(400)
  })
})

describe('the service', () => {
  it('serves its OpenAPI document, and is ready while its database answers', async () => {
    const { body } = await product.call('GET', '/openapi.json', undefined, { as: 'nobody' })
    expect(body).toEqual(JSON.parse(JSON.stringify(productApi)))
    const ready = await fetch(`http://127.0.0.1:${product.service.adminPort()}/readyz`)
    expect(ready.status).toBe(200)
    await eventually(() => expect(product.service.isIdle()).toBe(true))
  })

  it('answers HEAD like GET without a body, and names the methods a path has', async () => {
    const app = product.service.app as RequestListener
    const head = await request(app).head('/products?limit=1')
    expect([head.status, head.text]).toEqual([200, undefined])
    expect(head.headers['etag']).toMatch(/^"[\w-]{22}"$/)
    const put = await request(app).put('/products')
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
    expect((await request(app).get('/products').set('Accept', 'text/html')).status).toBe(406)
  })

  it('refuses by the database itself what would break I1', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    const broken = [{ available: -1, onHand: -1 }, { onHand: 6 }, { reserved: -1, onHand: 4 }]
    for (const change of broken)
      await expect(product.stock.updateOne({ _id: sku }, { $set: change })).rejects.toThrow(/failed validation/)
  })
})
