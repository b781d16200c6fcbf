export {
  CallError,
  CallNotSentError,
  CallUnknownError,
  DeadlineExceededError,
  type NotSentReason,
  ProblemAnswer,
  type UnknownReason,
} from './call-errors.ts'
export type { BreakerOptions } from './circuit-breaker.ts'
export type { Answers, CallAnswer, CallOptions, HttpClient, HttpClientOptions } from './client-options.ts'
export { createHttpClient } from './http-client.ts'
export type { RetryBudgetOptions } from './retry-budget.ts'
export { hopReserveMs, notStarted, requestTimeoutHeader } from './wire.ts'
