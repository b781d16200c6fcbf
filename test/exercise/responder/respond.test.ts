import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { respond } from './respond.ts'
import type { Alert } from './signals.ts'

const nowMs = 1_700_000_000_000
/** What Jaeger and Prometheus answer; by the first words of a query there. */
let recorded: { traces: object[]; series: Record<string, object[]> }
let asked: string[]
let server: Server
let url: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x')
    asked.push(pathname)
    const query = searchParams.get('query') ?? ''
    const found = Object.entries(recorded.series).find(([begin]) => query.startsWith(begin))?.[1] ?? []
    response.end(JSON.stringify(pathname === '/api/traces' ? { data: recorded.traces } : { data: { result: found } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  recorded = { traces: [], series: {} }
  asked = []
})

const alert = (labels: Record<string, string>, hasLink = true): Alert => ({
  labels: { severity: 'page', ...labels },
  annotations: hasLink ? { traces_url: `${url}/search?service=${labels['service']}&lookback=1h` } : {},
  state: 'firing',
  activeAt: new Date(nowMs).toISOString(),
})
const series = (labels: Record<string, string>, value = 1) => ({ metric: labels, value: [nowMs / 1000, String(value)] })

/** Spans as Jaeger answers them, each the child of the one before. */
function trace(
  id: number,
  ...spans: { service: string; name: string; kind: string; error?: string; target?: string }[]
) {
  const processes = Object.fromEntries(spans.map(({ service }, n) => [`p${n}`, { serviceName: service }]))
  const traceID = String(id).padStart(32, '0')
  return {
    processes,
    spans: spans.map(({ name, kind, error, target }, n) => ({
      traceID,
      spanID: `${id}-${n}`,
      operationName: name,
      references: n === 0 ? [] : [{ refType: 'CHILD_OF', traceID, spanID: `${id}-${n - 1}` }],
      startTime: (nowMs - 1000) * 1000,
      duration: 10_000,
      processID: `p${n}`,
      tags: [
        { key: 'span.kind', value: kind },
        ...(error
          ? [
              { key: 'error', value: true },
              { key: 'error.type', value: error },
            ]
          : []),
        ...(target ? [{ key: 'server.address', value: target }] : []),
      ],
    })),
  }
}
const unanswered = (id: number) =>
  trace(
    id,
    { service: 'order', name: 'POST /orders', kind: 'server', error: '503' },
    { service: 'order', name: 'POST /internal/quotes', kind: 'client', error: 'refused', target: 'product-service' },
  )

describe('the responder', () => {
  it('takes the place that the alert itself names, without asking anybody', async () => {
    const { causes, steps } = await respond(alert({ alertname: 'HeapGrows', service: 'user' }), url)
    expect({ causes, steps, asked }).toEqual({
      causes: [{ service: 'user', operation: 'heap', errorType: 'grows' }],
      steps: 1,
      asked: [],
    })
  })

  it('follows the link to who was called and gave no answer, in two steps', async () => {
    recorded = { traces: [unanswered(1), unanswered(2)], series: {} }
    const { causes, steps } = await respond(alert({ alertname: 'BreakerOpen', service: 'order' }), url)
    expect(causes).toEqual([{ service: 'product', operation: 'POST /internal/quotes', errorType: 'refused' }])
    expect(steps).toBe(2)
  })

  it('names the caller first where it alone was just started anew', async () => {
    recorded = { traces: [unanswered(1)], series: { 'time() -': [series({ service: 'order' }, 3)] } }
    const { causes } = await respond(alert({ alertname: 'BreakerOpen', service: 'order' }), url)
    expect(causes.map(({ service }) => service)).toEqual(['order', 'product'])
  })

  it('names who was called where the young caller has had an answer from there', async () => {
    recorded = {
      traces: [unanswered(1)],
      series: { 'time() -': [series({ service: 'order' }, 3)], 'sum(http_client': [series({}, 8)] },
    }
    const { causes } = await respond(alert({ alertname: 'BreakerOpen', service: 'order' }), url)
    expect(causes.map(({ service }) => service)).toEqual(['product'])
  })

  it('puts whom a trace names before a 503 that names nobody, however many those are', async () => {
    const given = (id: number, error: string) =>
      trace(id, { service: 'order', name: 'PUT /carts/{id}/lines/{sku}', kind: 'server', error })
    const burn = alert({ alertname: 'ApiAvailabilityBurn', service: 'order' })
    recorded.traces = [given(1, '503'), given(2, '503'), given(3, '503'), unanswered(4)]
    expect((await respond(burn, url)).causes.map(({ service }) => service)).toEqual(['product', 'order'])
    // A 500 is about nobody else.
    recorded.traces = [given(1, '500'), given(2, '500'), given(3, '500'), unanswered(4)]
    expect((await respond(burn, url)).causes.map(({ service }) => service)).toEqual(['order', 'product'])
  })

  it('explains answers by what failed in requests, not by messages that failed beside them', async () => {
    const publish = { service: 'order', name: 'publish order.events', kind: 'producer', error: 'bus-blocked' }
    const placed = { service: 'order', name: 'POST /orders', kind: 'server' }
    recorded.traces = [trace(1, placed, publish), trace(2, placed, publish), unanswered(3)]
    const { causes } = await respond(alert({ alertname: 'ApiAvailabilityBurn', service: 'order' }), url)
    expect(causes.map(({ service }) => service)).toEqual(['product'])
    const waiting = await respond(alert({ alertname: 'OutboxStuck', service: 'order' }), url)
    expect(waiting.causes[0]).toMatchObject({ service: 'broker', errorType: 'bus-blocked' })
  })

  it('passes over what failed before the rule of the alert began to look', async () => {
    const old = unanswered(1)
    const spans = old.spans.map((span) => ({ ...span, startTime: (nowMs - 15_000) * 1000 }))
    recorded = {
      traces: [{ ...old, spans }],
      series: { 'max by (service) (toko_outbox': [series({ service: 'order' }, 9)] },
    }
    const { causes } = await respond(alert({ alertname: 'OutboxStuck', service: 'order' }), url)
    expect(causes).toEqual([{ service: 'order', operation: 'outbox relay', errorType: 'stuck' }])
  })

  it('takes no publish that failed before the waiting message was written', async () => {
    const publish = trace(1, {
      service: 'order',
      name: 'publish order.events',
      kind: 'producer',
      error: 'confirm-timeout',
    })
    const endedBefore = (seconds: number) => ({
      ...publish,
      spans: publish.spans.map((span) => ({ ...span, startTime: (nowMs - seconds * 1000) * 1000 })),
    })
    recorded = {
      traces: [endedBefore(6)],
      series: { 'max by (service) (toko_outbox': [series({ service: 'order' }, 9)] },
    }
    const stuck = alert({ alertname: 'OutboxStuck', service: 'order' })
    expect((await respond(stuck, url)).causes[0]).toMatchObject({ service: 'order', operation: 'outbox relay' })
    recorded.traces = [endedBefore(3)]
    expect((await respond(stuck, url)).causes[0]).toMatchObject({
      service: 'broker',
      operation: 'publish order.events',
    })
  })

  it('asks the dashboards where the failed span is no more than the answer itself', async () => {
    recorded = {
      traces: [trace(1, { service: 'user', name: 'GET /users/me', kind: 'server', error: '503' })],
      series: {
        topk: [series({ service: 'user', error_type: 'MongoServerSelectionError' }, 9), series({ service: 'order' })],
      },
    }
    const { causes, steps } = await respond(alert({ alertname: 'ApiAvailabilityBurn', service: 'user' }), url)
    expect(causes[0]).toEqual({ service: 'user', operation: 'database', errorType: 'MongoServerSelectionError' })
    expect(causes[1]).toMatchObject({ service: 'user', operation: 'GET /users/me' })
    expect(steps).toBe(2)
  })

  it('names the broker for messages that wait while it has an alarm', async () => {
    recorded.series = {
      rabbitmq_alarms_free_disk_space_watermark: [series({})],
      'max by (service) (toko_outbox': [series({ service: 'order' })],
    }
    const { causes } = await respond(alert({ alertname: 'OutboxStuck', service: 'order' }, false), url)
    expect(causes.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
      'broker publish',
      'order outbox relay',
    ])
  })

  it('falls back on what the labels say, and names three at most', async () => {
    const queue = 'evt-order-order_placed--product.reserve'
    const { causes } = await respond(alert({ alertname: 'DeadLettersWait', service: 'product', queue }, false), url)
    expect(causes).toEqual([{ service: 'product', operation: `${queue} process`, errorType: null }])
    recorded.traces = [1, 2, 3, 4].map((n) =>
      trace(n, { service: 'order', name: `find ${n}`, kind: 'internal', error: 'Error' }),
    )
    expect((await respond(alert({ alertname: 'BreakerOpen', service: 'order' }), url)).causes).toHaveLength(3)
  })
})
