import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { pino, type Logger as PinoLogger } from 'pino'
import { requestContext } from './request-context.ts'
import { orderOf } from './tracing/order-context.ts'

/** Structured logger: `log.info({ orderId }, 'order confirmed')`. JSON lines on stdout. */
export type Logger = PinoLogger

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** Keys whose values never reach a log line, at the top and one level down (security.md, "Logs and telemetry"). */
const secretKeys = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'email',
  'card',
]

/** Of the span that is active where the line is written, which there is none of when tracing is off, and of the order. */
function ids(): Record<string, unknown> {
  const span = trace.getActiveSpan()?.spanContext()
  const orderId = orderOf(context.active()) ?? requestContext()?.about?.orderId
  return {
    ...(span && isSpanContextValid(span)
      ? { trace_id: span.traceId, span_id: span.spanId, trace_flags: span.traceFlags }
      : {}),
    ...(orderId === undefined ? {} : { order_id: orderId }),
  }
}

export function createLogger(service: string, level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: ids,
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
