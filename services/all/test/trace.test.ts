import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, otlpReceiver, type OtlpReceiver, type ReceivedSpan, spanKinds } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Addresses, call, cartOf, fill, place } from './http.ts'
import { portVariables, type ShopProcess, startProcess } from './shop-process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'toko-trace-'))
let collector: OtlpReceiver
let shop: ShopProcess
let at: Addresses
let env: Record<string, string>
let customer: Record<string, string>
let staff: Record<string, string>

const newTraceId = () => randomBytes(16).toString('hex')
const traceparent = (traceId: string) => ({ traceparent: `00-${traceId}-${'1'.repeat(16)}-01` })
/** The client of the test has no span of its own here: its child is the root of what we see. */
const isRoot = ({ parentSpanId }: ReceivedSpan) => !parentSpanId || parentSpanId === '1'.repeat(16)
const ofTrace = (traceId: string) => collector.spans().filter((span) => span.traceId === traceId)

function expectWhole(spans: readonly ReceivedSpan[]): void {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  expect(spans.filter(isRoot).map(({ name }) => name)).toHaveLength(1)
  expect(spans.filter((span) => !isRoot(span) && !ids.has(span.parentSpanId!))).toEqual([])
  expect(ids.size).toBe(spans.length)
}

/** Who published and who processed, for every message. */
function hopsOf(spans: readonly ReceivedSpan[]): Set<string> {
  const serviceOf = new Map(spans.map(({ spanId, service }) => [spanId, service]))
  const processed = spans.filter(({ kind }) => kind === spanKinds.consumer)
  return new Set(processed.map(({ parentSpanId, service }) => `${serviceOf.get(parentSpanId ?? '')} → ${service}`))
}

beforeAll(async () => {
  collector = await otlpReceiver()
  const binary = inject('mongodBinary')
  env = {
    HOME: process.env['HOME'] ?? '',
    TOKO_DATA_DIR: dataDir,
    ...(await portVariables()),
    ...(binary ? { MONGOD_BINARY: binary } : {}),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  }
  shop = startProcess(env)
  at = await shop.ready
  ;({ customer, staff } = await fill(at, dataDir))
})
afterAll(async () => {
  shop.child.kill('SIGTERM')
  await shop.exited
  await collector.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('one trace of an order', () => {
  it('goes from POST /orders through every service, the outbox and the bus: one root, no orphans', async () => {
    const traceId = newTraceId()
    const placed = await place(at, await cartOf(at, customer), { ...customer, ...traceparent(traceId) })
    expect(placed.status).toBe(201)
    const spans = await eventually(() => {
      const found = ofTrace(traceId)
      // The last to come: the provider's webhook about the capture and the followers, after the answer to the client.
      expect(found.filter(({ name }) => name === 'POST /webhooks/payments/{provider}')).toHaveLength(2)
      expect(hopsOf(found)).toEqual(new Set(['order → product', 'product → order', 'order → user']))
      expectWhole(found)
      return found
    })
    const [root] = spans.filter(isRoot)
    expect(root).toMatchObject({ name: 'POST /orders', kind: spanKinds.server, service: 'order' })

    const servers = spans.filter(({ kind }) => kind === spanKinds.server)
    expect(servers.filter(({ attributes }) => !attributes['http.route'])).toEqual([])
    expect(new Set(servers.map(({ service, name }) => `${service}: ${name}`))).toEqual(
      new Set([
        'order: POST /orders',
        'order: POST /webhooks/payments/{provider}',
        'payment: PUT /payments/{key}',
        'payment: PUT /payments/{key}/capture',
        'product: PUT /internal/reservations/{orderId}',
        'product: PUT /internal/reservations/{orderId}/state',
      ]),
    )
    const parentOf = (span: ReceivedSpan) => spans.find(({ spanId }) => spanId === span.parentSpanId)
    for (const span of spans.filter(({ kind }) => kind === spanKinds.client))
      expect(span.service, span.name).toBe(parentOf(span)?.service)
    for (const span of spans.filter(({ attributes }) => attributes['db.system.name']))
      expect(span.attributes['db.namespace'], span.name).toBe(span.service)
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['order', 'product', 'payment', 'user']))
    const steps = spans.filter(({ name }) => name.startsWith('saga ')).map(({ name }) => name)
    expect(new Set(steps)).toEqual(new Set(['saga reserve', 'saga authorise', 'saga allocate', 'saga capture']))
    expect(root!.attributes['order.id']).toBe(placed.body.id)
    const elsewhere = spans.filter(({ service, name }) => service !== 'order' || name.startsWith('saga '))
    expect(elsewhere.filter(({ attributes }) => attributes['order.id'] !== placed.body.id)).toEqual([])
    const texts = JSON.stringify(spans)
    expect(texts).not.toMatch(/@toko\.test|Bearer|eyJ/)
  })

  it('writes the trace id into the log lines of the request, of every service', async () => {
    const traceId = newTraceId()
    const placed = await place(at, await cartOf(at, customer), { ...customer, ...traceparent(traceId) })
    const lines = await eventually(() => {
      const found = shop
        .stdout()
        .split('\n')
        .filter((line) => line.includes(traceId))
        .map((line) => JSON.parse(line) as { service: string; order_id?: string })
      expect(new Set(found.map(({ service }) => service))).toEqual(new Set(['order', 'product', 'payment']))
      return found
    })
    expect(new Set(lines.map(({ order_id }) => order_id))).toEqual(new Set([placed.body.id]))
  })

  it('is linked to by the sweeper that goes on where the request had to leave off', async () => {
    const faults = (body: object) => call('PUT', `${at.payment.url}/faults`, body, staff)
    await faults({ faults: [{ kind: 'error-500', operations: ['authorise'], remaining: 2 }] })
    const traceId = newTraceId()
    const placed = await place(at, await cartOf(at, customer), { ...customer, ...traceparent(traceId) })
    expect(placed.status).toBe(202)
    await eventually(async () => {
      const { body } = await call('GET', `${at.order.url}/orders/${placed.body.id}`, undefined, customer)
      expect(body.status).toBe('confirmed')
    })
    const turn = await eventually(() => {
      const turns = collector
        .spans()
        .filter(({ name, attributes }) => name === 'order sweep' && attributes['order.id'] === placed.body.id)
      expect(turns.length).toBeGreaterThan(0)
      expectWhole(ofTrace(turns.at(-1)!.traceId))
      return turns.at(-1)!
    })
    expect(turn.parentSpanId).toBeFalsy()
    expect(turn.links).toMatchObject([{ traceId }])
    const inside = ofTrace(turn.traceId).map(({ name }) => name)
    expect(inside).toContain('saga authorise')
    expect(inside).toContain('PUT /payments/{key}')
    await faults({})
  })

  it('makes no spans for polling', async () => {
    const roots = collector.spans().filter(isRoot)
    expect(roots.filter(({ attributes }) => attributes['db.system.name'])).toEqual([])
    expect(roots.filter(({ name }) => name.startsWith('unmatched'))).toEqual([])
  })

  it(
    'is restored from the stored outbox entry after a kill -9 between commit and publish',
    { timeout: 90_000 },
    async () => {
      // Nobody calls and nobody publishes soon: the command waits in the order's document.
      const slow = { ORDER_CALLS: 'events', ORDER_OUTBOX_SLOW_PATH_MS: '2000' }
      const traceId = newTraceId()
      shop.child.kill('SIGTERM')
      await shop.exited
      shop = startProcess({ ...env, ...slow })
      at = await shop.ready
      const body = await cartOf(at, customer)
      // Not waiting: the answer comes once the order is durable, and the process dies with it.
      const accepted = await call('POST', `${at.order.url}/orders`, body, {
        ...customer,
        ...traceparent(traceId),
        'idempotency-key': 'killed-right-after-the-answer',
      })
      shop.child.kill('SIGKILL')
      await shop.exited
      expect(accepted.status).toBe(202)
      shop = startProcess({ ...env, ...slow })
      at = await shop.ready
      await eventually(async () => {
        const { body: order } = await call('GET', `${at.order.url}/orders/${accepted.body.id}`, undefined, customer)
        expect(order.status).toBe('confirmed')
      })
      // The killed process took its own spans with it; what came after the restart is of the same trace.
      await eventually(
        () => {
          const consumers = ofTrace(traceId).filter(({ kind }) => kind === spanKinds.consumer)
          expect(consumers.map(({ name }) => name)).toContain('evt-product-stock_allocated--order.allocated process')
          expect(new Set(consumers.map(({ service }) => service))).toEqual(new Set(['product', 'order', 'user']))
        },
        { timeoutMs: 20_000 },
      )
      shop.child.kill('SIGTERM')
      await shop.exited
      shop = startProcess(env)
      at = await shop.ready
    },
  )
})
