import { type Span, SpanStatusCode } from '@opentelemetry/api'

/** @param errorType low-cardinality, for `error.type`; undefined where the span says by another attribute what went wrong */
export function markFailed(span: Span, errorType?: string): void {
  if (errorType !== undefined) span.setAttribute('error.type', errorType)
  // The status alone is not enough: Jaeger's memory finds no trace by `error=true`.
  span.setAttribute('otel.status_code', 'ERROR')
  span.setStatus({ code: SpanStatusCode.ERROR })
}
