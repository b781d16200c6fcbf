import type { Logger, Metrics } from '@toko/runtime'
import type { BusClock } from '../bus-clock.ts'
import type { ChaosOptions } from './chaos.ts'

export interface InProcessBusOptions {
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock?: BusClock
  /** Pause after the first, second, … failure; 1 s, 5 s, 30 s, 2 min, 10 min by default. */
  readonly retryDelaysMs?: readonly number[]
  /** Share of a pause that is added at random, 0.1 by default. */
  readonly retryJitter?: number
  /** Failures after which a message is parked, 5 by default (R10). */
  readonly maxFailures?: number
  /** 5,000 by default (order-protocol.md, "Timeouts"). */
  readonly confirmTimeoutMs?: number
  /** 20,000 by default (order-protocol.md, "Timeouts"). */
  readonly handlerLimitMs?: number
  /** How long stop() waits for handlers under way; 10,000 by default. */
  readonly stopLimitMs?: number
  /** Messages a queue holds before publishes wait, 1,000 by default; also how many publishes may wait. */
  readonly maxQueueLength?: number
  /** Messages of a queue in a retry pause before it takes no new ones, 1,000 by default. */
  readonly maxRetrying?: number
  /** Calls waiting for replies, 1,000 by default. */
  readonly maxPendingCalls?: number
  readonly chaos?: ChaosOptions
}
