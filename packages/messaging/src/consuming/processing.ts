import { type SpanContext, trace } from '@opentelemetry/api'
import type { Logger } from '@toko/runtime'
import type { BusClock } from '../bus-clock.ts'
import type { BusMetrics } from '../bus-metrics.ts'
import type { Wire } from '../envelope.ts'
import { HandlerTimeoutError } from '../errors.ts'
import { errorType, inProcessSpan, isRefusal, type MessagingSystem } from '../tracing.ts'
import type { DeliveryInfo } from './verdict.ts'

export interface Processing {
  readonly system: MessagingSystem
  readonly clock: BusClock
  readonly log: Logger
  readonly metrics: BusMetrics
  readonly handlerLimitMs: number
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown }

/** Runs a handler once: in its span, measured, within the handler limit. Never rejects. */
export async function processOnce(
  { system, clock, metrics, handlerLimitMs }: Processing,
  queue: string,
  wire: Wire,
  { attempt, redriven }: DeliveryInfo,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  metrics.consumed.inc({ messaging_destination_name: queue })
  const startedMs = performance.now()
  let span: SpanContext | null = null
  const measure = (error_type: string) =>
    metrics.processDuration.observe(
      { messaging_destination_name: queue, error_type },
      (performance.now() - startedMs) / 1000,
      span,
    )
  try {
    const limited = () => {
      span = trace.getActiveSpan()?.spanContext() ?? null
      return withLimit(work(), handlerLimitMs, clock)
    }
    const { senderOf } = metrics
    const value = await inProcessSpan(system, wire, { queue, attempt, redriven, senderOf }, limited)
    measure('')
    return { value }
  } catch (error) {
    measure(isRefusal(error) ? '' : errorType(error))
    return { error }
  }
}

/** Rejects with HandlerTimeoutError; the work itself cannot be stopped and may end later. */
async function withLimit<T>(work: Promise<T>, limitMs: number, clock: BusClock): Promise<T> {
  let cancel = () => {}
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => reject(new HandlerTimeoutError(`no end after ${limitMs} ms`)))
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    cancel()
  }
}
