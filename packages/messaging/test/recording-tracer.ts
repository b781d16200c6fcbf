import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type ContextManager,
  context,
  createContextKey,
  type Exception,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TextMapPropagator,
  trace,
  type Tracer,
} from '@opentelemetry/api'

export interface RecordedSpan {
  readonly name: string
  readonly kind: number | undefined
  readonly context: SpanContext
  readonly parent: SpanContext | undefined
  readonly links: readonly SpanContext[]
  readonly attributes: Record<string, unknown>
  readonly exceptions: Exception[]
  status: SpanStatus | undefined
  isEnded: boolean
}

/** The least that a tracing SDK does, by the API alone: the package depends on nothing else. */
export function registerRecorder(): RecordedSpan[] {
  const spans: RecordedSpan[] = []
  context.setGlobalContextManager(contextManager())
  propagation.setGlobalPropagator(propagator)
  trace.setGlobalTracerProvider({ getTracer: () => tracer(spans) })
  return spans
}

export function unregisterRecorder(): void {
  context.disable()
  propagation.disable()
  trace.disable()
}

const hex = (length: number) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('')

function tracer(spans: RecordedSpan[]): Tracer {
  const startSpan = (name: string, options: SpanOptions = {}, inside = context.active()): Span => {
    const parent = options.root ? undefined : trace.getSpanContext(inside)
    const spanContext = { traceId: parent?.traceId ?? hex(32), spanId: hex(16), traceFlags: 1 }
    const span: RecordedSpan = {
      name,
      kind: options.kind,
      context: spanContext,
      parent,
      links: (options.links ?? []).map((link) => link.context),
      attributes: { ...options.attributes },
      exceptions: [],
      status: undefined,
      isEnded: false,
    }
    spans.push(span)
    return {
      spanContext: () => spanContext,
      isRecording: () => !span.isEnded,
      setAttribute: (key: string, value: unknown) => void (span.attributes[key] = value),
      recordException: (exception: Exception) => void span.exceptions.push(exception),
      setStatus: (status: SpanStatus) => void (span.status = status),
      end: () => void (span.isEnded = true),
    } as unknown as Span
  }
  return { startSpan, startActiveSpan: () => INVALID_SPAN_CONTEXT as never }
}

const baggageKey = createContextKey('baggage of the recorder')

const propagator: TextMapPropagator<Record<string, unknown>> = {
  fields: () => ['traceparent', 'baggage'],
  inject(from, carrier) {
    const span = trace.getSpanContext(from)
    if (span) carrier['traceparent'] = `00-${span.traceId}-${span.spanId}-01`
    const baggage = from.getValue(baggageKey)
    if (baggage !== undefined) carrier['baggage'] = baggage
  },
  extract(from, carrier) {
    const [, traceId, spanId] = String(carrier['traceparent']).split('-')
    const withBaggage = from.setValue(baggageKey, carrier['baggage'])
    if (!traceId || !spanId) return withBaggage
    return trace.setSpanContext(withBaggage, { traceId, spanId, traceFlags: 1, isRemote: true })
  },
}

function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>()
  const manager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (inside: Context, work: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
      storage.run(inside, () => work.apply(self, args)),
    bind: <T>(_: Context, target: T) => target,
    enable: () => manager,
    disable: () => manager,
  }
  return manager as unknown as ContextManager
}
