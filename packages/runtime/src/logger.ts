import { isSpanContextValid, trace } from '@opentelemetry/api'
import { pino, type Logger as PinoLogger } from 'pino'

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

/** Ids of the span that is active where the line is written, or nothing when tracing is off. */
function traceIds(): Record<string, unknown> {
  const context = trace.getActiveSpan()?.spanContext()
  if (!context || !isSpanContextValid(context)) return {}
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: context.traceFlags }
}

export function createLogger(service: string, level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceIds,
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
