import { describe, expect, it } from 'vitest'
import { exportedTraces, type Get, jaegerTraces, tempoTraces } from './trace-source.ts'

const orderId = `ord_${'a'.repeat(32)}`
const traceId = '0af7651916cd43dd8448eb211c80319c'
const [root, child] = ['00f067aa0ba902b7', 'b7ad6b7169203331']
const search = { orderId, fromMs: 1_000_000, untilMs: 2_000_000 }

/** The same two spans in the form of each store. */
const expected = [
  { traceId, spanId: root, parentSpanId: null, service: 'order', name: 'POST /orders', kind: 'server', isError: false },
  {
    traceId,
    spanId: child,
    parentSpanId: root,
    service: 'order',
    name: 'PUT /payments/{key}',
    kind: 'client',
    startMs: 1_500_000.25,
    durationMs: 1.5,
    isError: true,
    errorType: 'timeout',
    message: 'gave up',
    hasException: true,
    target: 'payment-service',
    links: [{ traceId, spanId: root }],
  },
]

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const otlp = (idOf = (id: string) => id, hasNames = false) => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'order')] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: idOf(traceId),
              spanId: idOf(root),
              name: 'POST /orders',
              kind: hasNames ? 'SPAN_KIND_SERVER' : 2,
              startTimeUnixNano: '1500000000000000',
              endTimeUnixNano: '1500010000000000',
              attributes: [text('order.id', orderId)],
            },
            {
              traceId: idOf(traceId),
              spanId: idOf(child),
              parentSpanId: idOf(root),
              name: 'PUT /payments/{key}',
              kind: hasNames ? 'SPAN_KIND_CLIENT' : 3,
              startTimeUnixNano: '1500000250000',
              endTimeUnixNano: '1500001750000',
              attributes: [text('error.type', 'timeout'), text('server.address', 'payment-service')],
              events: [{ name: 'exception', attributes: [text('exception.message', 'gave up')] }],
              links: [{ traceId: idOf(traceId), spanId: idOf(root) }],
              status: { code: hasNames ? 'STATUS_CODE_ERROR' : 2 },
            },
          ],
        },
      ],
    },
  ],
})
const base64 = (id: string) => Buffer.from(id, 'hex').toString('base64')

const jaeger = {
  data: [
    {
      processes: { p1: { serviceName: 'order' } },
      spans: [
        {
          traceID: traceId.replace(/^0/, ''),
          spanID: root,
          operationName: 'POST /orders',
          startTime: 1_500_000_000_000,
          duration: 10_000,
          tags: [{ key: 'span.kind', value: 'server' }],
          processID: 'p1',
        },
        {
          traceID: traceId.replace(/^0/, ''),
          spanID: child,
          operationName: 'PUT /payments/{key}',
          references: [
            { refType: 'CHILD_OF', traceID: traceId.replace(/^0/, ''), spanID: root },
            { refType: 'FOLLOWS_FROM', traceID: traceId.replace(/^0/, ''), spanID: root },
          ],
          startTime: 1_500_000_250,
          duration: 1500,
          tags: [
            { key: 'span.kind', value: 'client' },
            { key: 'error', value: true },
            { key: 'error.type', value: 'timeout' },
            { key: 'server.address', value: 'payment-service' },
          ],
          logs: [
            {
              fields: [
                { key: 'event', value: 'exception' },
                { key: 'exception.message', value: 'gave up' },
              ],
            },
          ],
          processID: 'p1',
        },
      ],
    },
  ],
}

describe('each store tells the same spans', () => {
  it('Jaeger, asked for each service, and for what others know by id', async () => {
    const asked: string[] = []
    const get: Get = async (path, { params, query }) => {
      asked.push(query?.['service'] ?? `${path} ${params?.['id']}`)
      return query?.['service'] === 'order' || query?.['service'] === 'product' ? jaeger : undefined
    }
    const other = 'f'.repeat(32)
    expect(await jaegerTraces(get).find({ ...search, traceIds: [traceId, other] })).toMatchObject(expected)
    expect(asked).toEqual(['order', 'product', 'payment', 'user', `/api/traces/{id} ${other}`])
  })

  it('Tempo, searched and then asked for each trace', async () => {
    const asked: unknown[] = []
    const get: Get = async (path, { params, query }) => {
      asked.push(query?.['q'] ?? params?.['id'])
      return path === '/api/search'
        ? { traces: [{ traceID: traceId.replace(/^0/, '') }] }
        : { trace: otlp(base64, true) }
    }
    expect(await tempoTraces(get).find(search)).toMatchObject(expected)
    expect(asked).toEqual([`{ span.order.id = "${orderId}" }`, traceId])
  })

  it('exported spans: whole traces that name the order, and no others', async () => {
    const other = JSON.stringify(otlp()).replaceAll(orderId, 'none').replaceAll(traceId, 'f'.repeat(32))
    const read = async () => `${JSON.stringify(otlp())}\n${other}\n\n`
    expect(await exportedTraces(read).find(search)).toMatchObject(expected)
    expect(await exportedTraces(read).find({ ...search, orderId: 'unknown' })).toEqual([])
  })
})
