import { FetchError } from 'node-fetch'
import { CallError, CallNotSentError, CallUnknownError, ProblemAnswer } from './call-errors.ts'

/** From an AggregateError of several addresses, which has no `syscall`; once connected the system names one. */
const connectCodes = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'])

/** Sorts what an attempt threw by what is known about its effect. */
export function classifyFailure(
  error: unknown,
  target: string,
  timedOut: 'no' | 'connecting' | 'sent',
): CallError | ProblemAnswer {
  if (error instanceof CallError || error instanceof ProblemAnswer) return error
  if (timedOut === 'connecting') return new CallNotSentError('connect-timeout', { target, cause: error })
  if (timedOut === 'sent') return new CallUnknownError('timeout', { target, cause: error })
  const message = (error as Error).message
  if (!(error instanceof FetchError)) return new CallUnknownError('reset', { target, message, cause: error })
  if (error.type === 'max-size') return new CallUnknownError('too-large', { target, cause: error })
  const { erroredSysCall: syscall, code = '' } = error as FetchError & { erroredSysCall?: string }
  if (syscall === 'getaddrinfo') return new CallNotSentError('dns', { target, message, cause: error })
  if (syscall === 'connect' || (syscall === undefined && connectCodes.has(code)))
    return new CallNotSentError('refused', { target, message, cause: error })
  return new CallUnknownError('reset', { target, message, cause: error })
}
