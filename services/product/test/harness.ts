import { randomUUID } from 'node:crypto'
import { newId, type Product, type Reservation, stockEvents } from '@toko/contracts'
import { collectionOf, database } from '@toko/database'
import { serviceToken } from '@toko/http'
import { createInProcessBus, type InProcessBusOptions, type Message } from '@toko/messaging'
import { type Clock, loadConfig } from '@toko/runtime'
import { quiet, testMongoUrl, testTokens } from '@toko/testkit'
import { expect } from 'vitest'
import { productConfig } from '../src/config.ts'
import { unitsOf } from '../src/domain/moves.ts'
import { createProductService } from '../src/service.ts'
import { productModels } from '../src/store/models.ts'

export const fromOrderSecret = 'secret of the order edge'
export const newDatabaseName = () => `product_${randomUUID().slice(0, 8)}`
export const newSku = () => `SKU-${newId('evt').slice(-12).toUpperCase()}`
/** What an order's events tell of one that is new, without its request. */
export const newOrderData = (orderId: string) => ({
  orderId,
  number: 'A1',
  userId: newId('usr'),
  version: 1,
  status: 'pending',
  currency: 'IDR',
  totalMinor: 0,
  lines: [],
})
export const newKey = (): string => randomUUID()

export interface Answered {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any
}

interface CallOptions {
  readonly as?: 'order' | 'staff' | 'admin' | 'customer' | 'nobody'
  readonly headers?: Readonly<Record<string, string>>
}

interface StartOptions {
  readonly database?: string
  readonly clock?: Clock
  readonly bus?: Partial<InProcessBusOptions>
}

/** One replica of the service on a free port; an order service's ear records every answer on the bus. */
export async function startProduct(variables: Record<string, string> = {}, options: StartOptions = {}) {
  const tokens = await testTokens()
  const name = options.database ?? newDatabaseName()
  const config = loadConfig('PRODUCT', productConfig, {
    PRODUCT_PORT: '0',
    PRODUCT_ADMIN_PORT: '0',
    PRODUCT_MONGO_URL: testMongoUrl(),
    PRODUCT_MONGO_DATABASE: name,
    PRODUCT_MONGO_TIMEOUT_MS: '5000',
    PRODUCT_FROM_ORDER_SECRET: fromOrderSecret,
    PRODUCT_JWKS_URL: 'http://127.0.0.1:9/unused',
    PRODUCT_MAX_LOOP_DELAY_MS: '20000',
    PRODUCT_CHECKS_ANSWERS: 'true',
    PRODUCT_SWEEP_EVERY_MS: '50',
    PRODUCT_OUTBOX_SLOW_PATH_MS: '500',
    PRODUCT_LEVEL_SWEEP_MS: '200',
    ...variables,
  })
  const { log, metrics } = quiet('product')
  const bus = createInProcessBus({ log, metrics, ...options.bus })
  const heard: Message[] = []
  for (const { source, type } of Object.values(stockEvents))
    bus.subscribe({ source, type, service: 'order', handler: 'ear' }, async (message) => void heard.push(message))
  await bus.start?.()
  const service = createProductService(config, {
    log,
    metrics,
    bus,
    userKeys: tokens.keys,
    ...(options.clock ? { clock: options.clock } : {}),
  })
  await service.start?.()
  const db = database({ service: 'test', url: config.mongoUrl, name, log, metrics: quiet().metrics })
  await db.start?.()
  const models = productModels(db.connection)
  const asOrder = serviceToken('order', 'product', fromOrderSecret)
  const people = {
    staff: await tokens.user(undefined, { roles: ['catalogue'] }),
    admin: await tokens.user(undefined, { roles: ['admin'] }),
    customer: await tokens.user(),
  }
  const authorization = async (as: NonNullable<CallOptions['as']>) => {
    if (as === 'nobody') return undefined
    return as === 'order' ? `Bearer ${await asOrder()}` : people[as]
  }

  async function call(method: string, path: string, body?: unknown, { as = 'staff', headers }: CallOptions = {}) {
    const token = await authorization(as)
    const response = await fetch(`http://127.0.0.1:${service.port()}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: token } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text } as Answered
  }

  const adjust = (sku: string, body: object, key = newKey()) =>
    call('POST', `/stock/${sku}/adjustments`, { reason: 'test', ...body }, { headers: { 'idempotency-key': key } })

  /** A published product with one variant per SKU and that many units of each. */
  async function sell(skus: readonly string[], units: number, fields: object = {}): Promise<Product> {
    const variants = skus.map((sku) => ({ sku, price: { amount: 12_500, currency: 'IDR' } }))
    const made = await call('POST', '/products', { title: `Thing ${skus[0]}`, variants, ...fields })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    for (const sku of skus) if (units > 0) expect((await adjust(sku, { setTo: units })).status).toBe(201)
    const published = await call('POST', `/products/${made.body.id}/publications`)
    expect(published.status).toBe(201)
    return published.body as Product
  }

  /** As a client does it: an answer that says nothing (503, on a busy machine) is asked for again with the same key. */
  async function insist(ask: (key: string) => Promise<Answered>): Promise<Answered> {
    const key = newKey()
    for (;;) {
      const answer = await ask(key)
      if (answer.status !== 503) return answer
    }
  }

  const lines = (skus: readonly string[], quantity = 1) => skus.map((sku) => ({ sku, quantity }))
  return {
    service,
    bus,
    heard,
    metrics,
    tokens,
    config,
    models,
    stock: collectionOf(models.stock),
    reservations: collectionOf(models.reservations),
    movements: collectionOf(models.movements),
    products: collectionOf(models.products),
    imports: collectionOf(models.imports),
    authorization,
    call,
    adjust,
    insist,
    sell,
    reserve: (orderId: string, skus: readonly string[], quantity = 1) =>
      call(
        'PUT',
        `/internal/reservations/${orderId}`,
        { currency: 'IDR', lines: lines(skus, quantity) },
        { as: 'order' },
      ),
    setState: (orderId: string, state: 'released' | 'allocated' | 'freed') =>
      call('PUT', `/internal/reservations/${orderId}/state`, { state }, { as: 'order' }),
    ship: (orderId: string, shipmentId: string, moved: readonly { sku: string; quantity: number }[]) =>
      call('PUT', `/internal/reservations/${orderId}/consumptions/${shipmentId}`, { lines: moved }, { as: 'order' }),
    restock: (orderId: string, refundId: string, moved: readonly { sku: string; quantity: number }[]) =>
      call('PUT', `/internal/reservations/${orderId}/restocks/${refundId}`, { lines: moved }, { as: 'order' }),
    reservation: async (orderId: string) =>
      (await call('GET', `/internal/reservations/${orderId}`, undefined, { as: 'order' })).body as Reservation,
    async stop() {
      await service.stop?.()
      await bus.stop?.()
      await db.stop?.()
    },
  }
}

export type ProductUnderTest = Awaited<ReturnType<typeof startProduct>>

/** I1, S1 to S5 from the database: stock, ledger and reservations agree. */
export async function expectConsistent({ stock, movements, reservations }: ProductUnderTest): Promise<void> {
  const [stocks, rows, all] = await Promise.all([
    stock.find().toArray(),
    movements.find().sort({ sku: 1, seq: 1 }).toArray(),
    reservations.find().toArray(),
  ])
  const wanted = new Map<string, string[]>()
  for (const { _id, status, lines, consumptions = [] } of all)
    if (status === 'held' || status === 'allocated')
      for (const { sku, quantity } of lines) {
        const left = quantity - (unitsOf(consumptions).get(sku) ?? 0)
        if (left > 0) wanted.set(sku, [...(wanted.get(sku) ?? []), `${_id} ${left}`])
      }
  const moves = new Map<string, string[]>()
  for (const { consumptions = [], restocks = [] } of all)
    for (const [sign, list] of [[-1, consumptions] as const, [1, restocks] as const])
      for (const { id, lines } of list)
        for (const { sku, quantity } of lines) moves.set(sku, [...(moves.get(sku) ?? []), `${id} ${sign * quantity}`])
  for (const { _id: sku, onHand, available, reserved, entries, seq } of stocks) {
    const active = entries.filter(({ s }) => s === 'A')
    expect(Math.min(available, reserved), sku).toBeGreaterThanOrEqual(0)
    expect(onHand, sku).toBe(available + reserved)
    expect(reserved, sku).toBe(active.reduce((sum, { qty }) => sum + qty, 0))
    expect(new Set(entries.map(({ rid }) => rid)).size, sku).toBe(entries.length)
    expect(active.map(({ rid, qty }) => `${rid} ${qty}`).toSorted(), sku).toEqual((wanted.get(sku) ?? []).toSorted())
    wanted.delete(sku)
    const ledger = rows.filter((row) => row.sku === sku)
    const moved = ledger.filter(({ kind = 'adjustment' }) => kind !== 'adjustment')
    expect(moved.map(({ reason, delta }) => `${reason.split(' ')[1]} ${delta}`).toSorted(), sku).toEqual(
      (moves.get(sku) ?? []).toSorted(),
    )
    expect(
      ledger.map((row) => row.seq),
      sku,
    ).toEqual(Array.from({ length: seq }, (_, i) => i + 1))
    expect(
      ledger.reduce((sum, { delta }) => sum + delta, 0),
      sku,
    ).toBe(onHand)
  }
  expect([...wanted.keys()]).toEqual([])
}

export const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
