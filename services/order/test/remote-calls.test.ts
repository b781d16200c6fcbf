import { newId } from '@toko/contracts'
import { createInProcessBus, type InProcessBus } from '@toko/messaging'
import { loadConfig } from '@toko/runtime'
import { eventually, quiet } from '@toko/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteNeighbourBooks } from '../src/clients/remote-neighbour-books.ts'
import { remotePaymentProvider } from '../src/clients/remote-payment-provider.ts'
import { remotePricing } from '../src/clients/remote-pricing.ts'
import { remoteStock } from '../src/clients/remote-stock.ts'
import { orderConfig } from '../src/config.ts'
import type { Refund, Shipment } from '../src/domain/acts.ts'
import { attempt, placed } from '../src/domain/order.fixture.ts'
import { neighbourClients } from '../src/service/neighbour-clients.ts'
import { fakeNeighbours, type Neighbours, secrets } from './fake-neighbours.ts'

let neighbours: Neighbours
let bus: InProcessBus

beforeAll(async () => {
  neighbours = fakeNeighbours()
  await neighbours.start()
  bus = createInProcessBus(quiet('bus'))
  neighbours.serveOn(bus)
  await bus.start?.()
})
afterAll(async () => {
  await neighbours.stop()
  await bus.stop?.()
})
beforeEach(() => {
  const healthy = { authorise: 'approve', capture: 'take', refund: 'pay', stockIsDown: false, available: 1000 } as const
  Object.assign(neighbours, healthy)
  neighbours.calls.length = 0
})

const lines = [{ sku: 'TEA-1', quantity: 1 }]
const act = { key: 'a-key-of-an-act-0001', bodyHash: 'hash', at: 0, state: 'requested', lines } as const
const shipment = (): Shipment => ({ ...act, id: newId('shp'), carrier: 'Becak' })
const refund = (): Refund => ({ ...act, id: newId('rfd'), amountMinor: 1000, reason: 'broken' })
const newOrder = () => {
  const _id = newId('ord')
  return { ...placed({ _id, request: lines }), key: `${_id}:1` }
}

/** Every internal call of the order service, whichever transport carries it. */
describe.each(['http', 'rpc'] as const)('calls by %s', (calls) => {
  const { log, metrics } = quiet('order')
  let parts: ReturnType<typeof connect>

  function connect() {
    const url = `http://127.0.0.1:${neighbours.port()}`
    const config = loadConfig('ORDER', orderConfig, {
      ORDER_CALLS: calls,
      ORDER_MONGO_URL: 'mongodb://127.0.0.1:9',
      ORDER_JWKS_URL: url,
      ORDER_PRODUCT_URL: url,
      ORDER_PAYMENT_URL: url,
      ORDER_TO_PRODUCT_SECRET: secrets.product,
      ORDER_TO_PAYMENT_SECRET: secrets.payment,
      ORDER_FROM_USER_SECRET: secrets.user,
      ORDER_WEBHOOK_SECRET: 'webhook-secret-0123',
    })
    const clients = neighbourClients(config, { bus, log, metrics })
    const limits = { timeoutMs: 1000, maxConcurrent: 10 }
    const [product, payment] = [clients.client('product', limits), clients.client('payment', limits)]
    const large = { timeoutMs: 5000, maxConcurrent: 1, maxAnswerBytes: 32 * 1_048_576 }
    const books = [clients.bookClient('product', large), clients.bookClient('payment', large)] as const
    return {
      stock: remoteStock(product, log),
      pricing: remotePricing(product, 1000),
      provider: remotePaymentProvider(payment, log),
      books: remoteNeighbourBooks(books[0].client, books[1].client),
      all: [product, payment, ...books.flatMap((each) => each.parts)],
    }
  }
  beforeAll(() => {
    parts = connect()
  })
  afterAll(async () => {
    for (const part of parts.all) await part.stop?.()
  })

  async function heldOrder() {
    const order = newOrder()
    expect(await parts.stock.reserve(order)).toMatchObject({ orderId: order._id, status: 'held' })
    return order
  }

  it('reserve, allocate, consume, restock and free', async () => {
    const order = await heldOrder()
    expect(await parts.stock.allocate(order)).toMatchObject({ status: 'allocated' })
    const shipped = shipment()
    expect(await parts.stock.consume(order, shipped)).toMatchObject({ consumptions: [shipped.id] })
    const paidBack = refund()
    expect(await parts.stock.restock(order, paidBack)).toMatchObject({ restocks: [paidBack.id] })
    const other = await heldOrder()
    await parts.stock.allocate(other)
    expect(await parts.stock.free(other)).toMatchObject({ status: 'released', reason: 'order-freed' })
    expect(neighbours.calls).toContain('consumptions')
  })

  it('a rejection is an answer; a release also of what is unknown', async () => {
    neighbours.available = 0
    const order = newOrder()
    expect(await parts.stock.reserve(order)).toMatchObject({ status: 'released', reason: 'insufficient-stock' })
    expect(await parts.stock.release(newOrder())).toMatchObject({ status: 'released' })
  })

  it('a refusal and a failure are no answer of the stock: the message path goes on', async () => {
    expect(await parts.stock.consume(await heldOrder(), shipment())).toBeUndefined()
    neighbours.stockIsDown = true
    expect(await parts.stock.reserve(newOrder())).toBeUndefined()
  })

  it('quotes prices, and says that they are unknown when nobody answers', async () => {
    const asked = [...lines, { sku: 'GONE-1', quantity: 1 }]
    expect(await parts.pricing.quote(asked, 'IDR')).toMatchObject([
      { sku: 'TEA-1', unitPriceMinor: 1000, isLow: false },
    ])
    neighbours.stockIsDown = true
    await expect(parts.pricing.quote(lines, 'IDR')).rejects.toMatchObject({ code: 'dependency-unavailable' })
  })

  it('authorise, query, capture and refund', async () => {
    const order = newOrder()
    const { key } = order
    const paid = attempt({ key, amountMinor: 1000 })
    expect(await parts.provider.authorise(order, paid)).toEqual({ kind: 'approved', amountMinor: 1000 })
    expect(await parts.provider.query(key)).toEqual({ kind: 'approved', amountMinor: 1000 })
    expect(await parts.provider.capture(key)).toMatchObject({ kind: 'captured' })
    expect(await parts.provider.refund(key, refund())).toEqual({ kind: 'succeeded', amountMinor: 1000 })
    neighbours.refund = 'refuse'
    expect(await parts.provider.refund(key, refund())).toEqual({ kind: 'refused' })
    // the state that stands in the way is in the problem document
    expect(await parts.provider.void(key)).toEqual({ kind: 'captured' })
  })

  it('decline, and void what was never asked for', async () => {
    const order = newOrder()
    const declined = attempt({ key: order.key, method: 'card_declined' })
    expect(await parts.provider.authorise(order, declined)).toMatchObject({ kind: 'declined', retryable: true })
    expect(await parts.provider.void(newOrder().key)).toEqual({ kind: 'voided' })
  })

  it.each(['hang', 'fail'] as const)('a provider that does %s has done nobody knows what', async (authorise) => {
    neighbours.authorise = authorise
    const order = newOrder()
    const asked = attempt({ key: order.key, amountMinor: 1000 })
    expect(await parts.provider.authorise(order, asked)).toEqual({ kind: 'unknown' })
    // it hung after the effect, or failed before it; that it is asked later tells which
    neighbours.authorise = 'approve'
    expect(await parts.provider.query(order.key)).toEqual(
      authorise === 'hang' ? { kind: 'approved', amountMinor: 1000 } : { kind: 'unknown' },
    )
  })

  it('reads the books by ids and in their order', async () => {
    const order = await heldOrder()
    await parts.provider.authorise(order, attempt({ key: order.key, amountMinor: 1000 }))
    const ids = [order._id, newId('ord')]
    expect(await parts.books.reservations({ ids, limit: 100 })).toMatchObject([{ id: order._id, status: 'held' }])
    expect(await parts.books.payments({ ids, limit: 100 })).toMatchObject([{ key: order.key, state: 'approved' }])
    expect(await parts.books.stock({ limit: 1 })).toMatchObject([{ sku: 'TEA-1' }])
    const [first] = await parts.books.reservations({ limit: 1 })
    const [second] = await parts.books.reservations({ after: first!.id, limit: 1 })
    expect(second?.id ?? '~').not.toBe(first!.id)
  })

  it('leaves nobody waiting for a reply', async () => {
    await eventually(() => expect(bus.idle()).toBe(true))
  })

  it('reads a book that is larger than a message', async () => {
    const template = neighbours.reservations.get((await heldOrder())._id)!
    const many = Array.from({ length: 3000 }, () => newId('ord'))
    for (const orderId of many) neighbours.reservations.set(orderId, { ...template, orderId })
    const [tea] = await parts.books.stock({ limit: 1 })
    for (const orderId of many) neighbours.reservations.delete(orderId)
    expect(tea!.entries.length).toBeGreaterThanOrEqual(3000)
  })
})
