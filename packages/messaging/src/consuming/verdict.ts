import { PermanentError } from '../errors.ts'
import type { Wire } from '../envelope.ts'

/** crashing: delivered again and again without an end, as when it kills its consumer. */
export type ParkReason = 'permanent' | 'exhausted' | 'undecodable' | 'crashing'

/** What a consumer makes of a delivery. */
export type Verdict =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'park'; readonly reason: ParkReason; readonly error: unknown }

export const ack: Verdict = { kind: 'ack' }

export interface DeliveryInfo {
  readonly attempt: number
  readonly redelivered: boolean
  readonly redriven: boolean
}

/** Handles one delivery. A failure is a verdict; it rejects only when its outcome could not be told, e.g. a reply. */
export type Consume = (wire: Wire, info: DeliveryInfo) => Promise<Verdict>

export interface RetryPolicy {
  /** Pause after the first, second, … failure; the last one serves all further. */
  readonly delaysMs: readonly number[]
  /** A message with this many failures is parked (R10). */
  readonly maxFailures: number
  /** Adds up to this share of the pause at random, so that messages which failed together do not return together. */
  readonly jitter: number
}

/** messaging.md, "Retries". With 5 failures the last pause is never used; it is for who raises `maxFailures`. */
export const defaultRetryPolicy: RetryPolicy = {
  delaysMs: [1_000, 5_000, 30_000, 120_000, 600_000],
  maxFailures: 5,
  jitter: 0.1,
}

/** @param attempt of the delivery that failed, from 1 */
export function judge(error: unknown, attempt: number, { delaysMs, maxFailures, jitter }: RetryPolicy): Verdict {
  if (error instanceof PermanentError) return { kind: 'park', reason: 'permanent', error }
  if (attempt >= maxFailures) return { kind: 'park', reason: 'exhausted', error }
  const pauseMs = delaysMs[Math.min(attempt, delaysMs.length) - 1] ?? 0
  return { kind: 'retry', afterMs: Math.round(pauseMs * (1 + jitter * Math.random())) }
}
