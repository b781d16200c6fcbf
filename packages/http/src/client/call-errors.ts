import type { ProblemDocument } from './wire.ts'

/** Why the request certainly had no effect. */
export type NotSentReason =
  | 'refused' // connection refused or unreachable; over RPC a service that nobody knows
  | 'dns'
  | 'connect-timeout' // the time-out came before the connection stood
  | 'breaker-open'
  | 'too-many-calls'
  | 'no-time-left'
  | 'no-token'
  | 'invalid-request' // this process built a request that can't be sent
  | 'stopped'
  | 'not-started' // 503 that says nothing was started
  | 'rate-limited' // 429
  | 'no-method' // RPC: the target has no such method
  | 'bus-blocked' // RPC: no broker, or no room in it

/** Why nobody here knows whether the request had its effect. */
export type UnknownReason =
  | 'timeout'
  | 'reset'
  | 'server-error'
  | 'redirect'
  | 'malformed' // not the promised content type, JSON, schema or status
  | 'too-large'
  | 'refused-after-unknown' // a retry was refused, which says nothing about the attempt before it

interface CallFailure {
  readonly target: string
  readonly message?: string
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A call without a usable answer. Its subclass says what is known about the effect. */
export abstract class CallError extends Error {
  abstract readonly reason: string
  readonly target: string
  /** Status of the answer, if one came. */
  readonly status: number | undefined
  /** What the target asked for by Retry-After. */
  readonly retryAfterMs: number | undefined

  constructor(reason: string, { target, message, status, retryAfterMs, cause }: CallFailure) {
    super(`${target}: ${message ?? reason}`, cause === undefined ? undefined : { cause })
    this.target = target
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** The request certainly did not happen: safe to do again or to give up. */
export class CallNotSentError extends CallError {
  override readonly name: string = 'CallNotSentError'
  readonly reason: NotSentReason

  constructor(reason: NotSentReason, failure: CallFailure) {
    super(reason, failure)
    this.reason = reason
  }
}

/** No time was left, so nothing was sent. */
export class DeadlineExceededError extends CallNotSentError {
  override readonly name = 'DeadlineExceededError'

  constructor(target: string) {
    super('no-time-left', { target })
  }
}

/** The request may or may not have happened: ask the target, or repeat it under the same idempotency key. */
export class CallUnknownError extends CallError {
  override readonly name = 'CallUnknownError'
  readonly reason: UnknownReason

  constructor(reason: UnknownReason, failure: CallFailure) {
    super(reason, failure)
    this.reason = reason
  }
}

/** The target refused with a 4xx problem document: certainly no effect. */
export class ProblemAnswer extends Error {
  override readonly name = 'ProblemAnswer'
  readonly target: string
  readonly status: number
  readonly code: string
  /** The whole document, extensions included (`problem['shortages']`). */
  readonly problem: ProblemDocument

  constructor(target: string, problem: ProblemDocument) {
    super(`${target}: ${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`)
    this.target = target
    this.status = problem.status
    this.code = problem.code
    this.problem = problem
  }
}
