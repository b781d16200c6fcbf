import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api'
import type { SpanAttributes } from '../attributes.ts'
import { markFailed } from './mark-failed.ts'
import { aboutOrder } from './order-context.ts'

/** `traceparent` of the span that is active now, to be stored with what is worked on later; undefined when tracing is off. */
export function currentTrace(): string | undefined {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  return carrier['traceparent']
}

/** Runs a part of what is under way in a span of its own. */
export function inSpan<T>(
  service: string,
  name: string,
  attributes: SpanAttributes,
  work: () => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(`toko/${service}`).startSpan(name, { kind: SpanKind.INTERNAL, attributes })
  return context.with(trace.setSpan(context.active(), span), () => ended(span, work))
}

/** Runs work in the trace that was stored with it, or in none: never in the one that happens to be active. */
export function inStoredTrace<T>(traceparent: string | undefined, work: () => T): T {
  return context.with(traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : ROOT_CONTEXT, work)
}

/** Work that is taken up again later, as sweepers do. */
export interface Resumed {
  /** Of the span: `order sweep`. */
  readonly name: string
  readonly orderId: string
  /** As currentTrace() told it when the work was left. */
  readonly trace?: string | undefined
}

/** Runs such work in a trace of its own, linked to the one that it belongs to, whose request has ended long ago. */
export const resume =
  (service: string) =>
  <T>({ name, orderId, trace: origin }: Resumed, work: () => Promise<T>): Promise<T> =>
    inLinkedTrace(service, name, origin, () => aboutOrder(orderId, work))

function inLinkedTrace<T>(
  service: string,
  name: string,
  origin: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const linked = origin && trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent: origin }))
  const links = linked ? [{ context: linked }] : []
  const span = trace.getTracer(`toko/${service}`).startSpan(name, { kind: SpanKind.INTERNAL, links, root: true })
  return context.with(trace.setSpan(ROOT_CONTEXT, span), () => ended(span, work))
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    markFailed(span, error instanceof Error ? error.name : '_OTHER')
    throw error
  } finally {
    span.end()
  }
}
