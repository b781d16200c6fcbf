import type { Logger, Metrics } from '@toko/runtime'
import type { BusClock } from '../bus-clock.ts'

export interface RabbitBusOptions {
  /** amqp(s)://user:password@host:port/vhost */
  readonly url: string
  /** Name of the process, for its connections and its reply queue. */
  readonly service: string
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock?: BusClock
  /** As in InProcessBusOptions. */
  readonly retryDelaysMs?: readonly number[]
  readonly retryJitter?: number
  readonly maxFailures?: number
  readonly handlerLimitMs?: number
  readonly stopLimitMs?: number
  readonly maxPendingCalls?: number
  /** Until the broker has confirmed; 5,000 by default, then the channel is made anew (order-protocol.md, "Timeouts"). */
  readonly confirmTimeoutMs?: number
  /** Publishes sent and not confirmed, 1,000 by default; as many may wait for one of these places. */
  readonly maxUnconfirmed?: number
  /** How often what consumers need is declared again; 30,000 by default: a binding that somebody removed comes back. */
  readonly redeclareMs?: number
  /** How long start() waits for the broker, 3,000 by default. Then the process goes on without it and keeps trying. */
  readonly startLimitMs?: number
}
