import { type CallError, CallNotSentError, CallUnknownError, ProblemAnswer } from './call-errors.ts'
import { type ProblemDocument, saysNotStarted } from './wire.ts'

/** What a problem of the target says about the effect of the call. */
export function problemFailure(
  target: string,
  problem: ProblemDocument,
  retryAfterMs: number | undefined,
): CallError | ProblemAnswer {
  const { status } = problem
  const failure = { target, status, retryAfterMs }
  if (status === 429) return new CallNotSentError('rate-limited', failure)
  if (status === 503 && saysNotStarted(problem)) return new CallNotSentError('not-started', failure)
  if (status >= 500) return new CallUnknownError('server-error', { ...failure, message: `answered ${status}` })
  return new ProblemAnswer(target, problem)
}
