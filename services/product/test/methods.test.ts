import { newId } from '@toko/contracts'
import type { RemoteError } from '@toko/messaging'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSku, type ProductUnderTest, startProduct } from './harness.ts'

let shop: ProductUnderTest
let sku: string
let productId: string

beforeAll(async () => {
  shop = await startProduct()
  sku = newSku()
  productId = (await shop.sell([sku], 100)).id
})
afterAll(() => shop.stop())

type Caller = Parameters<ProductUnderTest['authorization']>[0]

async function rpc(method: string, kwargs: Record<string, unknown>, as: Caller = 'order'): Promise<unknown> {
  const authorization = await shop.authorization(as)
  const headers = authorization === undefined ? {} : { authorization }
  return shop.bus.request({ service: 'product', method }, { kwargs }, { headers })
}

const http = async (method: string, path: string, body?: unknown, as: Caller = 'order') =>
  (await shop.call(method, path, body, { as })).body as unknown

const failure = (reply: Promise<unknown>) => reply.catch((error: unknown) => error)
const problemIn = (error: unknown) => JSON.parse(String((error as RemoteError).excArgs[1])) as object

/** Each internal call has the same effect and the same answer by RPC; the repeat over HTTP shows it. */
describe('methods for the order service', () => {
  it('quote', async () => {
    const body = { currency: 'IDR', lines: [{ sku, quantity: 2 }] }
    const quoted = await rpc('quote', body)
    expect(quoted).toMatchObject({ lines: [{ sku, quantity: 2 }] })
    expect(await http('POST', '/internal/quotes', body)).toEqual(quoted)
  })

  it('reserve_stock, get_reservation, set_reservation_state, consume_stock, restock', async () => {
    const orderId = newId('ord')
    const [shipmentId, refundId] = [newId('shp'), newId('rfd')]
    const path = `/internal/reservations/${orderId}`
    const request = { currency: 'IDR', lines: [{ sku, quantity: 2 }] }
    const one = { lines: [{ sku, quantity: 1 }] }
    const steps: [string, object, string, object, object][] = [
      ['reserve_stock', request, path, request, { status: 'held' }],
      [
        'set_reservation_state',
        { state: 'allocated' },
        `${path}/state`,
        { state: 'allocated' },
        { status: 'allocated' },
      ],
      [
        'consume_stock',
        { shipmentId, ...one },
        `${path}/consumptions/${shipmentId}`,
        one,
        { consumptions: [shipmentId] },
      ],
      ['restock', { refundId, ...one }, `${path}/restocks/${refundId}`, one, { restocks: [refundId] }],
    ]
    for (const [method, kwargs, url, body, expected] of steps) {
      const done = await rpc(method, { orderId, ...kwargs })
      expect(done, method).toMatchObject({ orderId, ...expected })
      expect(await http('PUT', url, body), method).toEqual(done)
      expect(await rpc('get_reservation', { orderId }), method).toEqual(done)
    }
    const other = newId('ord')
    await rpc('reserve_stock', { orderId: other, ...request })
    expect(await rpc('set_reservation_state', { orderId: other, state: 'released' })).toMatchObject({
      status: 'released',
    })
  })

  it('audit_reservations, audit_stock', async () => {
    const orderId = newId('ord')
    await rpc('reserve_stock', { orderId, currency: 'IDR', lines: [{ sku, quantity: 1 }] })
    const reservations = await rpc('audit_reservations', { ids: [orderId, newId('ord')] })
    expect(reservations).toMatchObject({ items: [{ id: orderId, status: 'held' }] })
    expect(await rpc('audit_reservations', { limit: 1 })).toMatchObject({ items: [{}] })
    const stock = await rpc('audit_stock', { ids: sku })
    expect(stock).toMatchObject({ items: [{ sku }] })
    expect(await http('GET', `/internal/audit/stock?ids=${sku}`)).toEqual(stock)
  })

  it('refuse with the same problem', async () => {
    const orderId = newId('ord')
    const error = await failure(
      rpc('consume_stock', { orderId, shipmentId: newId('shp'), lines: [{ sku, quantity: 1 }] }),
    )
    expect(error).toMatchObject({ excType: 'NotFound', excPath: 'toko.errors.not-found' })
    await rpc('reserve_stock', { orderId, currency: 'IDR', lines: [{ sku, quantity: 1 }] })
    const other = { currency: 'IDR', lines: [{ sku, quantity: 2 }] }
    const reused = problemIn(await failure(rpc('reserve_stock', { orderId, ...other })))
    const overHttp = (await http('PUT', `/internal/reservations/${orderId}`, other)) as object
    expect({ ...reused, requestId: '' }).toEqual({ ...overHttp, requestId: '' })
    expect(await failure(rpc('quote', other, 'customer'))).toMatchObject({ excPath: 'toko.errors.forbidden' })
    expect(await failure(rpc('quote', other, 'nobody'))).toMatchObject({ excPath: 'toko.errors.unauthenticated' })
  })
})

describe('methods for everybody', () => {
  it('get_product, list_products; drafts are for staff', async () => {
    expect(await rpc('get_product', { id: productId }, 'nobody')).toMatchObject({ id: productId, variants: [{ sku }] })
    expect(await rpc('list_products', { q: sku, limit: 5 }, 'nobody')).toMatchObject({ items: [{ id: productId }] })
    const draft = await shop.call('POST', '/products', {
      title: 'A draft',
      variants: [{ sku: newSku(), price: { amount: 1, currency: 'IDR' } }],
    })
    const { id } = draft.body as { id: string }
    expect(await failure(rpc('get_product', { id }, 'customer'))).toMatchObject({ excPath: 'toko.errors.not-found' })
    expect(await rpc('get_product', { id }, 'staff')).toMatchObject({ id, title: 'A draft' })
  })

  it('get_stock is for staff', async () => {
    expect(await rpc('get_stock', { sku }, 'staff')).toMatchObject({ sku })
    expect(await failure(rpc('get_stock', { sku }, 'customer'))).toMatchObject({ excPath: 'toko.errors.forbidden' })
  })
})
