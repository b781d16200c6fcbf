import { type SpanContext, trace, TraceFlags } from '@opentelemetry/api'

/** Exactly these two labels: prom-client breaks the whole scrape over a set that is too long (observability.md). */
export interface ExemplarLabels extends Record<string, string> {
  readonly trace_id: string
  readonly span_id: string
}

const none = {}

/** Labels of the exemplar that leads to a span; empty for one that was not sampled, which nobody could open. */
export function exemplarOf(context: SpanContext | null): ExemplarLabels | Record<string, never> {
  if (context === null || (context.traceFlags & TraceFlags.SAMPLED) === 0) return none
  return { trace_id: context.traceId, span_id: context.spanId }
}

export const activeSpan = (): SpanContext | null => trace.getActiveSpan()?.spanContext() ?? null
