import { backoffMs } from './backoff.ts'
import { CallError, CallNotSentError, CallUnknownError, ProblemAnswer } from './call-errors.ts'
import type { Answers, CallOptions } from './client-options.ts'

const maxRetries = 2

/** Passing failures. Not `timeout`: the deadline is gone with it. Not 500 or malformed: the same again would come. */
const passingReasons = new Set(['refused', 'dns', 'reset', 'not-started', 'rate-limited'])
const passingStatuses = new Set([502, 503, 504])

/** Milliseconds to wait before the next attempt, or undefined when there must not be one. */
export function retryPauseMs(error: unknown, retriesDone: number): number | undefined {
  if (!(error instanceof CallError) || retriesDone >= maxRetries) return undefined
  const passes = passingReasons.has(error.reason) || (error.reason === 'server-error' && isPassing(error.status))
  return passes ? (error.retryAfterMs ?? 0) + backoffMs(retriesDone) : undefined
}

function isPassing(status: number | undefined): boolean {
  return status !== undefined && passingStatuses.has(status)
}

export function isSafe({ method }: CallOptions<Answers>): boolean {
  return method === 'GET' || method === 'HEAD'
}

export function isIdempotent(options: CallOptions<Answers>): boolean {
  return options.idempotent ?? (isSafe(options) || options.method === 'PUT' || options.method === 'DELETE')
}

/**
 * What the whole call knows. An attempt with an unknown effect stays unknown whatever a later attempt said: refused
 * connections, or a 412 that the first attempt itself caused, would else be told as "certainly did not happen".
 */
export function verdict(last: unknown, earlier: CallUnknownError | undefined, safe: boolean): unknown {
  if (!earlier || safe) return last
  if (last instanceof CallNotSentError) return earlier
  if (!(last instanceof ProblemAnswer)) return last
  const { target, status, message } = last
  return new CallUnknownError('refused-after-unknown', { target, status, message, cause: last })
}
