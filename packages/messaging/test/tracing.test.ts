import { context, propagation, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { callersContext, createMetrics } from '@toko/runtime'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Message, PermanentError, RpcFault } from '../src/index.ts'
import { inProcessSpan, inPublishSpan } from '../src/tracing.ts'
import { event, queueOf } from './harness.ts'
import { inProcess } from './in-process-harness.ts'
import { type RecordedSpan, registerRecorder, unregisterRecorder } from './recording-tracer.ts'

const stored = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'order.id=ord_1' }

describe('tracing', () => {
  // Once for all: a tracer keeps the first provider it found.
  const spans = registerRecorder()
  beforeEach(() => void (spans.length = 0))
  afterAll(unregisterRecorder)

  const named = (name: string) => spans.filter((span) => span.name === name)
  const only = (name: string): RecordedSpan => {
    expect(named(name)).toHaveLength(1)
    return named(name)[0] as RecordedSpan
  }

  async function published(message: Partial<Message> = {}, handler: () => Promise<unknown> = async () => {}) {
    const { bus, clock } = inProcess()
    await bus.start?.()
    const inside: (SpanContext | undefined)[] = []
    const got: Message[] = []
    const { queue } = bus.subscribe(queueOf('order'), async (received) => {
      inside.push(trace.getSpanContext(context.active()))
      got.push(received)
      await handler()
    })
    const sent = event('order', message)
    const publish = bus.publish(sent)
    await clock.advance(1_000)
    await publish
    return { bus, clock, queue, sent, inside, got, consumer: `${queue} process` }
  }

  it('continues the trace stored with the message: request → producer → consumer', async () => {
    const { consumer, inside, got } = await published({ trace: stored })
    const [producer, process] = [only('publish order.events'), only(consumer)]
    expect(producer.parent).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' })
    expect(process.parent).toMatchObject(producer.context)
    expect([producer.kind, process.kind]).toEqual([SpanKind.PRODUCER, SpanKind.CONSUMER])
    expect([producer.isEnded, process.isEnded]).toEqual([true, true])
    expect(inside).toEqual([process.context])
    const { traceId, spanId } = producer.context
    expect(got[0]?.trace).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, baggage: 'order.id=ord_1' })
  })

  it('continues the current trace when nothing is stored', async () => {
    const current = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
    await context.with(trace.setSpanContext(context.active(), current), () => published())
    expect(only('publish order.events').parent).toEqual(current)
    expect(only('publish order.events').links).toEqual([])
  })

  it("links the relay's tick instead of making it the parent", async () => {
    const tick = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
    await context.with(trace.setSpanContext(context.active(), tick), () => published({ trace: stored }))
    expect(only('publish order.events').parent?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(only('publish order.events').links).toEqual([tick])
  })

  it("has today's attributes on both ends", async () => {
    const { consumer, queue, sent } = await published()
    const both = {
      'messaging.system': 'toko_in_process',
      'messaging.rabbitmq.destination.routing_key': 'order_placed',
      'messaging.message.id': sent.id,
      'messaging.message.conversation_id': sent.subject,
      'messaging.message.body.size': Buffer.byteLength(JSON.stringify(sent.data)),
    }
    expect(only('publish order.events').attributes).toEqual({
      ...both,
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'order.events',
    })
    expect(only(consumer).attributes).toEqual({
      ...both,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': queue,
      'toko.message.attempt': 1,
    })
  })

  it('makes attempts siblings in one trace, with the failure on the one that failed', async () => {
    const failures = [new TypeError('x is not a function')]
    const { consumer } = await published({ trace: stored }, async () => {
      const failure = failures.pop()
      if (failure) throw failure
    })
    const [first, second] = named(consumer)
    expect(second?.parent).toEqual(first?.parent)
    expect([first, second].map((span) => span?.attributes['toko.message.attempt'])).toEqual([1, 2])
    expect(first?.attributes['error.type']).toBe('TypeError')
    expect(first?.status?.code).toBe(SpanStatusCode.ERROR)
    expect(first?.exceptions).toHaveLength(1)
    expect(second?.status).toBeUndefined()
  })

  it('links a redriven message to its producer in a trace of its own', async () => {
    const { bus, consumer, sent } = await published({ trace: stored }, () => Promise.reject(new PermanentError('no')))
    await bus.deadLetters().redrive(sent.id)
    await vi.waitFor(() => expect(named(consumer)).toHaveLength(2))
    const redriven = named(consumer)[1]
    expect(redriven?.parent).toBeUndefined()
    expect(redriven?.links).toMatchObject([only('publish order.events').context])
  })

  it('records a publish that fails', async () => {
    const { bus } = inProcess()
    await bus.start?.()
    await expect(bus.publish(event('order'))).rejects.toThrow('bound')
    expect(only('publish order.events')).toMatchObject({ isEnded: true, attributes: { 'error.type': 'unroutable' } })
  })

  it('marks a call that failed as an error of the service, and one that it refused as none', async () => {
    const { bus } = inProcess()
    await bus.start?.()
    const refusal = new RpcFault('OutOfStock', 'toko.errors.out-of-stock', 'sold out', [], { isRefusal: true })
    const fault = new RpcFault('Internal', 'toko.errors.internal', 'oops')
    const failures = [refusal, fault]
    bus.serve('stock', { get: () => Promise.reject(failures.shift()!) })
    const outcome = (method: string) => bus.request({ service: 'stock', method }, {}).then(() => 'answered', String)
    for (const method of ['get', 'get', 'nothing']) expect(await outcome(method)).not.toBe('answered')
    const [refused, failed, unknown] = named('rpc-stock process')
    for (const span of [refused, unknown]) {
      expect(span).toMatchObject({ isEnded: true, status: undefined, exceptions: [] })
      expect(span!.attributes).not.toHaveProperty('error.type')
    }
    expect(failed).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': 'rpc-fault' } })
  })

  it('connects calls too, through calls that a method makes', async () => {
    const { bus } = inProcess()
    await bus.start?.()
    bus.serve('stock', { get: async () => 3 })
    bus.serve('product', { get: () => bus.request({ service: 'stock', method: 'get' }, {}) })
    expect(await bus.request({ service: 'product', method: 'get' }, {})).toBe(3)
    const traces = new Set(spans.map((span) => span.context.traceId))
    expect(spans.map((span) => span.name)).toEqual([
      'publish nameko-rpc',
      'rpc-product process',
      'publish nameko-rpc',
      'rpc-stock process',
    ])
    expect(traces.size).toBe(1)
    expect(spans.slice(1).map((span) => span.parent?.spanId)).toEqual(
      spans.slice(0, 3).map((span) => span.context.spanId),
    )
    expect(spans.every((span) => span.isEnded)).toBe(true)
  })

  it('goes through a Nameko service, which tells what it received under its own names', async () => {
    const wire = { routingKey: 'product.get', messageId: 'm', body: Buffer.from('{}') }
    const call = { ...wire, exchange: 'nameko-rpc', headers: stored }
    const { headers } = await inPublishSpan('rabbitmq', call, async (traced) => traced)
    const { traceId, spanId } = only('publish nameko-rpc').context
    const told = { traceparent: `00-${traceId}-${spanId}-01`, baggage: 'order.id=ord_1' }
    const prefixed = { 'nameko.traceparent': told.traceparent, 'nameko.baggage': told.baggage }
    expect(headers).toEqual({ ...told, ...prefixed })

    const facts = {
      queue: 'evt-forecast-low--product.note',
      attempt: 1,
      redriven: false,
      senderOf: propagation.extract.bind(propagation),
    }
    const delivery = { ...wire, exchange: 'forecast.events', headers: prefixed }
    await inProcessSpan('rabbitmq', delivery, facts, async () => {})
    expect(only(`${facts.queue} process`).parent).toMatchObject({ traceId, spanId })
  })

  it("believes a message's own trace before the one that Nameko passed on", async () => {
    const headers = { ...stored, 'nameko.traceparent': `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01` }
    const wire = { exchange: 'x.events', routingKey: 'y', messageId: 'm', body: Buffer.from('{}'), headers }
    await inProcessSpan(
      'rabbitmq',
      wire,
      { queue: 'evt-x-y', attempt: 1, redriven: false, senderOf: propagation.extract.bind(propagation) },
      async () => {},
    )
    expect(only('evt-x-y process').parent?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  })

  it.each<[string, string, unknown]>([
    ['traceparent', 'nonsense', 'nonsense'],
    ['traceparent', 'a number', 7],
    ['traceparent', 'a table', { a: 1 }],
    ['baggage', 'one of more than 8,192 bytes', `order.id=ord_${'0'.repeat(32)},${'x=1,'.repeat(2100)}`],
    ['nameko.traceparent', 'nonsense under the name that Nameko gives it', 'nonsense'],
  ])('begins a new trace and counts a malformed %s: %s', async (header, _, value) => {
    const metrics = createMetrics('test', { processMetrics: false })
    const facts = { queue: 'evt-x-y', attempt: 1, redriven: false, senderOf: callersContext('message', metrics) }
    const wire = { exchange: 'x.events', routingKey: 'y', messageId: 'm', body: Buffer.from('{}') }
    const carried: unknown[] = []
    await inProcessSpan('rabbitmq', { ...wire, headers: { [header]: value } }, facts, async () => {
      const headers: Record<string, unknown> = {}
      propagation.inject(context.active(), headers)
      carried.push(headers['baggage'])
    })
    expect(only('evt-x-y process').parent).toBeUndefined()
    expect(carried).toEqual([undefined])
    const counted = `toko_invalid_trace_context_total{carrier="message",header="${header.replace('nameko.', '')}",service="test"} 1`
    expect(await metrics.render()).toContain(counted)
  })
})
