import { type Attributes, type Span, type SpanOptions, trace, type Tracer } from '@opentelemetry/api'
import { createInProcessBus } from '@toko/messaging'
import { quiet } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createRpcClient } from './rpc-client.ts'

interface Recorded {
  readonly name: string
  readonly kind: number | undefined
  readonly attributes: Attributes
}
const spans: Recorded[] = []

/** Just enough of a tracer: this package depends on the API alone. */
const tracer = {
  startSpan(name: string, { kind, attributes = {} }: SpanOptions) {
    const recorded: Recorded = { name, kind, attributes: { ...attributes } }
    spans.push(recorded)
    const span = {
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
      setAttribute: (key: string, value: string) => ((recorded.attributes[key] = value), span),
      setStatus: () => span,
      recordException: () => {},
      end: () => {},
    }
    return span as unknown as Span
  },
} as unknown as Tracer

const bus = createInProcessBus(quiet('bus'))
const { log, metrics } = quiet('caller')
const client = createRpcClient({ name: 'caller', service: 'thing', bus, log, metrics, timeoutMs: 500 })
const call = { method: 'GET', path: '/things/{id}', rpc: 'get_thing', params: { id: '7' } } as const
const answer = { 200: z.object({ id: z.string() }) }

beforeAll(async () => {
  trace.setGlobalTracerProvider({ getTracer: () => tracer })
  await bus.start?.()
})
afterAll(async () => {
  trace.disable()
  await client.stop?.()
  await bus.stop?.()
})

describe('an rpc client', () => {
  it('knows that a service that was never there did nothing, and tries again', async () => {
    const failure = await client.call({ ...call, answer }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason: 'refused', target: 'thing-service' })
    expect(await metrics.render()).toMatch(/toko_rpc_client_retries_total\{.*thing-service.*\} 2/)
  })

  it('calls any service of Nameko: kwargs by name, the result by its schema', async () => {
    const seen: unknown[] = []
    bus.serve('thing', {
      get_thing: async ({ kwargs, headers }) => {
        seen.push({ kwargs, timeoutMs: Number(headers['x-request-timeout-ms']) })
        return { id: kwargs['id'] }
      },
    })
    spans.length = 0
    const asked = { ...call, query: { limit: 3, none: undefined }, headers: { 'Idempotency-Key': 'k' }, answer }
    expect((await client.call(asked)).body).toEqual({ id: '7' })
    expect(seen).toEqual([{ kwargs: { id: '7', limit: 3 }, timeoutMs: expect.any(Number) as number }])
    const attributes = { 'rpc.system': 'nameko', 'rpc.service': 'thing', 'rpc.method': 'get_thing' }
    expect(spans.find(({ kind }) => kind === 2)).toMatchObject({ name: 'thing/get_thing', attributes })
    expect(await metrics.render()).toMatch(
      /rpc_client_duration_seconds_count\{.*rpc_method="get_thing",error_type="".*\} 1/,
    )
  })

  it('tells a method that is not there from an answer', async () => {
    const failure = await client.call({ ...call, rpc: 'no_thing', answer }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason: 'no-method' })
    expect(spans.find(({ name }) => name === 'thing/no_thing')?.attributes).toMatchObject({ 'error.type': 'no-method' })
  })

  it('sends nothing that is no JSON', async () => {
    const failure = await client.call({ ...call, body: { count: 1n }, answer }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason: 'invalid-request' })
  })
})
