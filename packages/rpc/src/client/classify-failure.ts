import {
  type Answers,
  type CallError,
  CallNotSentError,
  CallUnknownError,
  ProblemAnswer,
  type ProblemDocument,
  problemFailure,
  type UnknownReason,
} from '@toko/http'
import {
  BusBlockedError,
  IncorrectSignatureError,
  InvalidMessageError,
  MalformedRequestError,
  MethodNotFoundError,
  RemoteError,
  RpcTimeoutError,
  TooManyPendingCallsError,
  UnknownServiceError,
} from '@toko/messaging'
import { problemOf } from '../problem-fault.ts'
import type { ReadReply } from './read-reply.ts'

/** Sorts what the bus rejected with by what is known about the effect, in the words of the HTTP client. */
export function classifyFailure(error: unknown, target: string): CallError | ProblemAnswer {
  const { message } = error as Error
  const failure = { target, message, cause: error }
  if (error instanceof UnknownServiceError) return new CallNotSentError('refused', failure)
  if (error instanceof BusBlockedError) return new CallNotSentError('bus-blocked', failure)
  if (error instanceof TooManyPendingCallsError) return new CallNotSentError('too-many-calls', failure)
  if (error instanceof MethodNotFoundError || error instanceof MalformedRequestError)
    return new CallNotSentError('no-method', failure)
  if (error instanceof IncorrectSignatureError) return new ProblemAnswer(target, wrongArguments(message))
  if (error instanceof RemoteError) return remoteFailure(error, target)
  return new CallUnknownError(unknownReason(error), failure)
}

/** Of a call that may have been executed. A bus that closes says the same before and after it sent, so it counts as after. */
function unknownReason(error: unknown): UnknownReason {
  if (error instanceof RpcTimeoutError) return 'timeout'
  return error instanceof InvalidMessageError ? 'malformed' : 'reset'
}

function remoteFailure(error: RemoteError, target: string): CallError | ProblemAnswer {
  const problem = problemOf(error)
  if (!problem) {
    // a result that can't travel: too large for a message
    const isTooLarge = error.excPath === 'nameko.exceptions.UnserializableValueError'
    return new CallUnknownError(isTooLarge ? 'too-large' : 'server-error', {
      target,
      message: error.message,
      cause: error,
    })
  }
  const seconds = problem['retryAfterSeconds']
  return problemFailure(target, problem, typeof seconds === 'number' ? seconds * 1000 : undefined)
}

/** What HTTP answers to a request outside its schema. */
const wrongArguments = (detail: string): ProblemDocument => ({
  type: 'https://toko.test/problems/validation',
  title: 'The request is not valid',
  status: 400,
  code: 'validation',
  detail,
})

/** A problem that the call accepts as an answer: `{ 404: null }`. */
export function acceptProblem(failure: CallError | ProblemAnswer, accepted: Answers): ReadReply | undefined {
  if (!(failure instanceof ProblemAnswer) || !Object.hasOwn(accepted, failure.status)) return undefined
  const schema = accepted[failure.status]
  return { status: failure.status, body: schema ? schema.parse(failure.problem) : null }
}
