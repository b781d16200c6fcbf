import { type Context, ROOT_CONTEXT, type Span, SpanKind, context, propagation, trace } from '@opentelemetry/api'
import { aboutOrder, markFailed, orderIdIn, type SpanAttributes } from '@toko/runtime'
import { namekoHeader, pickTrace, textHeader, traceOf, type Wire } from './envelope.ts'
import { rpcExchange } from './queue-name.ts'
import { RpcFault } from './rpc/rpc-errors.ts'

/**
 * The tracer of the service that publishes or processes: one bus serves several in the single shape.
 * Without a registered SDK it hands out spans that do nothing, so all of this costs next to nothing.
 */
const tracerOf = (service: string | undefined) => trace.getTracer(service ? `toko/${service}` : '@toko/messaging')

/** The publisher of an event; the caller of an RPC has its own span around it, which tells. */
const publisherOf = ({ headers }: Wire) => textHeader(headers, 'cloudEvents_source')
/** From `evt-order-order_placed--product.place` and `rpc-product`. */
const consumerOf = (queue: string) => /^(?:rpc-|.*--)([\w-]+?)(?:\.|$)/.exec(queue)?.[1]

/** The order that an event is about. */
const orderOf = ({ headers }: Wire) => orderIdIn(textHeader(headers, 'cloudEvents_subject') ?? '')

/** `messaging.system` of the adapter: `rabbitmq`, or `toko_in_process`. */
export type MessagingSystem = string

/**
 * Runs a publish inside its PRODUCER span; `work` gets the message with the headers that lead to that span.
 * A context stored with the outbox entry wins over the current one: the relay's tick is linked, not the parent.
 */
export function inPublishSpan<T>(system: MessagingSystem, wire: Wire, work: (wire: Wire) => Promise<T>): Promise<T> {
  const current = context.active()
  const stored = pickTrace(wire.headers)
  const parent = stored['traceparent'] === undefined ? current : propagation.extract(ROOT_CONTEXT, stored)
  const tick = parent === current ? undefined : trace.getSpanContext(current)
  const isOtherTrace = tick !== undefined && tick.traceId !== trace.getSpanContext(parent)?.traceId
  const span = tracerOf(publisherOf(wire)).startSpan(
    `publish ${wire.exchange}`,
    {
      kind: SpanKind.PRODUCER,
      attributes: attributesOf(system, wire, wire.exchange, { name: 'publish', type: 'send' }),
      links: isOtherTrace ? [{ context: tick }] : [],
    },
    parent,
  )
  const inside = trace.setSpan(parent, span)
  const headers: Record<string, unknown> = { ...wire.headers }
  propagation.inject(inside, headers)
  // A Nameko service may look for its own names alone.
  if (wire.exchange === rpcExchange)
    for (const [key, value] of Object.entries(pickTrace(headers))) headers[namekoHeader(key)] = value
  return context.with(inside, () => ending(span, () => work({ ...wire, headers })))
}

interface ProcessFacts {
  readonly queue: string
  /** Reads the sender's context, and counts one that nobody can read. */
  readonly senderOf: (base: Context, headers: Record<string, string>) => Context
  readonly attempt: number
  /** Replayed from the dead letters: linked to its producer instead of continuing a trace that ended long ago. */
  readonly redriven: boolean
}

/**
 * Runs a handler inside its CONSUMER span, a child of the producer's. A rejection is recorded and passed on; a refusal of
 * what the caller asked for is an answer, and an error of the caller alone.
 */
export function inProcessSpan<T>(
  system: MessagingSystem,
  wire: Wire,
  { queue, attempt, redriven, senderOf }: ProcessFacts,
  work: () => Promise<T>,
): Promise<T> {
  const sent = senderOf(ROOT_CONTEXT, traceOf(wire.headers))
  const producer = trace.getSpanContext(sent)
  const parent = redriven ? trace.deleteSpan(sent) : sent
  const span = tracerOf(consumerOf(queue)).startSpan(
    `${queue} process`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        ...attributesOf(system, wire, queue, { name: 'process', type: 'process' }),
        'toko.message.attempt': attempt,
      } satisfies SpanAttributes,
      links: redriven && producer ? [{ context: producer }] : [],
    },
    parent,
  )
  const orderId = orderOf(wire)
  const about = orderId === undefined ? work : () => aboutOrder(orderId, work)
  return context.with(trace.setSpan(parent, span), () => ending(span, about))
}

/** The caller asked for something that it can't have, as a 4xx says over HTTP: the service has done what it should. */
export const isRefusal = (error: unknown): boolean => error instanceof RpcFault && error.isRefusal

/** Low-cardinality name of a failure, for `error.type` on spans and metrics. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[\w-]{1,40}$/.test(code) ? code : error.name
}

function attributesOf(
  system: MessagingSystem,
  wire: Wire,
  destination: string,
  operation: { name: string; type: string },
) {
  return {
    'messaging.system': system,
    'messaging.operation.name': operation.name,
    'messaging.operation.type': operation.type,
    'messaging.destination.name': destination,
    'messaging.rabbitmq.destination.routing_key': wire.routingKey,
    'messaging.message.id': wire.messageId,
    'messaging.message.body.size': wire.body.byteLength,
    ...conversationOf(wire),
    ...orderIdOf(wire),
  } satisfies SpanAttributes
}

function conversationOf({ headers, correlationId }: Wire) {
  const conversation = correlationId ?? headers['cloudEvents_subject']
  return typeof conversation === 'string' ? { 'messaging.message.conversation_id': conversation } : {}
}

function orderIdOf(wire: Wire) {
  const orderId = orderOf(wire)
  return orderId === undefined ? {} : { 'order.id': orderId }
}

async function ending<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isRefusal(error)) {
      markFailed(span, errorType(error))
      span.recordException(error instanceof Error ? error : String(error))
    }
    throw error
  } finally {
    span.end()
  }
}
