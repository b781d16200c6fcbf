import {
  type Attributes,
  propagation,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { failureOf, type Handler, json, problem, startTarget } from './target.test-support.ts'

interface Recorded {
  name: string
  kind: number | undefined
  attributes: Attributes
  status: number
  ended: number
}
const spans: Recorded[] = []

/** Just enough of a tracer: this package depends on the API alone. */
const tracer = {
  startSpan(name: string, { kind, attributes = {} }: SpanOptions) {
    const recorded: Recorded = { name, kind, attributes: { ...attributes }, status: SpanStatusCode.UNSET, ended: 0 }
    const id = String(spans.push(recorded)).padStart(16, '0')
    const span = {
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: id, traceFlags: 1 }),
      setAttribute: (key: string, value: string) => ((recorded.attributes[key] = value), span),
      setStatus: ({ code }: { code: number }) => ((recorded.status = code), span),
      end: () => void recorded.ended++,
    }
    return span as unknown as Span
  },
} as unknown as Tracer

beforeAll(() => {
  trace.setGlobalTracerProvider({ getTracer: () => tracer })
  propagation.setGlobalPropagator({
    inject: (context, carrier, setter) =>
      setter.set(carrier, 'traceparent', `00-${trace.getSpan(context)?.spanContext().spanId}-01`),
    extract: (context) => context,
    fields: () => ['traceparent'],
  })
})
afterAll(() => {
  trace.disable()
  propagation.disable()
})
beforeEach(() => {
  spans.length = 0
})

const call = {
  method: 'GET',
  path: '/things/{id}',
  params: { id: '7' },
  answer: { 200: z.object({}), 404: null },
} as const

async function observe(...handlers: Handler[]) {
  let count = 0
  await using target = await startTarget((request, response) => handlers[count++]!(request, response))
  await failureOf(target.client.call({ ...call, timeoutMs: 300 }))
  const text = await target.metrics.render()
  const series = [...text.matchAll(/^http_client_request_duration_seconds_count\{(.*)\} (\d+)$/gm)]
  return { requests: target.requests, series: series.map(([, labels, value]) => `${labels} ${value}`) }
}

describe('telemetry of a call', () => {
  it('is one client span per attempt, whose context travels, and one observation', async () => {
    const { requests, series } = await observe(
      (_, response) => json(response, 503, problem(503, 'dependency-unavailable')),
      (_, response) => json(response, 200, {}),
    )
    const shared = { 'http.request.method': 'GET', 'server.address': 'thing-service', 'url.template': '/things/{id}' }
    expect(spans).toMatchObject([
      {
        name: 'GET /things/{id}',
        kind: 2,
        attributes: { ...shared, 'http.response.status_code': 503, 'error.type': '503' },
        status: SpanStatusCode.ERROR,
        ended: 1,
      },
      {
        name: 'GET /things/{id}',
        attributes: { ...shared, 'http.response.status_code': 200, 'http.request.resend_count': 1 },
        status: SpanStatusCode.UNSET,
        ended: 1,
      },
    ])
    expect(spans[1]!.attributes).not.toHaveProperty('error.type')
    expect(requests.map(({ headers }) => headers['traceparent'])).toEqual([
      '00-0000000000000001-01',
      '00-0000000000000002-01',
    ])
    expect(series).toHaveLength(2)
    expect(series[0]).toMatch(/server_address="thing-service",http_request_method="GET"/)
    expect(series[0]).toMatch(/http_response_status_code="503",error_type="503".* 1$/)
    expect(series[1]).toMatch(/http_response_status_code="200",error_type="".* 1$/)
  })

  it.each<[string, Handler, number | undefined, string]>([
    ['an accepted 404', (_, response) => json(response, 404, problem(404, 'not-found')), 404, '404'],
    ['a refusal', (_, response) => json(response, 409, problem(409, 'conflict')), 409, '409'],
    ['an unreadable answer', (_, response) => response.writeHead(200).end('?'), 200, 'malformed'],
    ['a time-out', () => {}, undefined, 'timeout'],
  ])('marks %s as an error of low cardinality', async (_, handler, status, errorType) => {
    const { series } = await observe(handler)
    expect(spans).toMatchObject([{ attributes: { 'error.type': errorType }, status: SpanStatusCode.ERROR, ended: 1 }])
    expect(spans[0]!.attributes['http.response.status_code']).toBe(status)
    expect(series).toEqual([expect.stringContaining(`code="${status ?? ''}",error_type="${errorType}"`)])
  })

  it('shares one registry between the clients of a service', async () => {
    await using first = await startTarget((_, response) => json(response, 200, {}))
    await using second = await startTarget((_, response) => json(response, 200, {}), {
      target: 'other-service',
      metrics: first.metrics,
    })
    await first.client.call(call)
    await second.client.call(call)
    const text = await first.metrics.render()
    for (const target of ['thing-service', 'other-service'])
      expect(text).toMatch(new RegExp(`request_duration_seconds_count\\{.*server_address="${target}".*\\} 1`))
  })
})
