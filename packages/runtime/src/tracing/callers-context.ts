import { type Context, propagation, trace } from '@opentelemetry/api'
import type { Metrics } from '../metrics/metrics.ts'
import { orderIdIn, orderOf, withOrder } from './order-context.ts'

type Carrier = Readonly<Record<string, unknown>>

/** More of it is not read: W3C asks nobody to carry more on. */
export const maxBaggageBytes = 8192

const isOversized = (baggage: unknown) => typeof baggage === 'string' && Buffer.byteLength(baggage) > maxBaggageBytes

/**
 * Reads the trace context that callers send along. What is malformed is ignored and counted; of their baggage nothing stays
 * but a sound order id, so that nobody can have us carry theirs to others.
 */
export function callersContext(kind: 'http' | 'message', metrics: Metrics) {
  const invalid = metrics.counter('toko_invalid_trace_context_total')
  return (base: Context, carrier: Carrier): Context => {
    const { traceparent, baggage } = carrier
    if (traceparent === undefined && baggage === undefined) return base
    const readable = isOversized(baggage) ? { ...carrier, baggage: undefined } : carrier
    const extracted = propagation.extract(base, readable)
    const given = propagation.getBaggage(extracted)
    // Without an SDK there is nobody who reads them.
    if (propagation.fields().length > 0) {
      if (traceparent !== undefined && !trace.getSpanContext(extracted))
        invalid.inc({ carrier: kind, header: 'traceparent' })
      if (baggage !== undefined && !given) invalid.inc({ carrier: kind, header: 'baggage' })
    }
    if (!given) return extracted
    const orderId = orderIdIn(orderOf(extracted) ?? '')
    return orderId === undefined ? propagation.deleteBaggage(extracted) : withOrder(extracted, orderId)
  }
}
