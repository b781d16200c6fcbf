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
export type { CallMeters } from './client-metrics.ts'
export type {
  Answers,
  CallAnswer,
  CallOptions,
  ClientLimits,
  HttpClient,
  HttpClientOptions,
  ServiceCall,
  ServiceClient,
} from './client-options.ts'
export { type Attempt, type Built, guardedCalls } from './guarded-calls.ts'
export { createHttpClient } from './http-client.ts'
export { problemFailure } from './problem-failure.ts'
export { misfit } from './read-answer.ts'
export type { RetryBudgetOptions } from './retry-budget.ts'
export { hopReserveMs, notStarted, ProblemDocument, requestIdHeader, requestTimeoutHeader } from './wire.ts'
