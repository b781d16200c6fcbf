import { errors } from '@toko/contracts'
import {
  BusBlockedError,
  BusClosedError,
  IncorrectSignatureError,
  InvalidMessageError,
  MalformedRequestError,
  MethodNotFoundError,
  OutcomeUnknownError,
  RemoteError,
  type RpcFault,
  RpcTimeoutError,
  TooManyPendingCallsError,
  UnknownServiceError,
} from '@toko/messaging'
import { describe, expect, it } from 'vitest'
import { problemFault } from '../problem-fault.ts'
import { classifyFailure } from './classify-failure.ts'

/** As a reply brings it: Nameko keeps texts and turns everything else into them. */
const received = ({ excType, excPath, excArgs, message }: RpcFault) =>
  new RemoteError({ excType, excPath, excArgs, value: message })
const remote = (excPath: string, excArgs: unknown[] = ['v']) =>
  new RemoteError({ excType: 'T', excPath, excArgs, value: 'v' })

describe('what the bus rejected with', () => {
  it.each<[string, unknown, object]>([
    ['a service that nobody knows', new UnknownServiceError('x'), { name: 'CallNotSentError', reason: 'refused' }],
    ['no broker', new BusBlockedError('full'), { name: 'CallNotSentError', reason: 'bus-blocked' }],
    ['too many calls', new TooManyPendingCallsError('9'), { name: 'CallNotSentError', reason: 'too-many-calls' }],
    ['no such method', new MethodNotFoundError('x'), { name: 'CallNotSentError', reason: 'no-method' }],
    ['a request that is none', new MalformedRequestError(), { name: 'CallNotSentError', reason: 'no-method' }],
    [
      'wrong arguments',
      new IncorrectSignatureError('/count missing'),
      { name: 'ProblemAnswer', status: 400, code: 'validation', problem: { detail: '/count missing' } },
    ],
    ['no reply', new RpcTimeoutError('late'), { name: 'CallUnknownError', reason: 'timeout' }],
    ['a lost connection', new OutcomeUnknownError('lost'), { name: 'CallUnknownError', reason: 'reset' }],
    ['a bus that closes', new BusClosedError('stopped'), { name: 'CallUnknownError', reason: 'reset' }],
    ['a reply that is none', new InvalidMessageError('reply'), { name: 'CallUnknownError', reason: 'malformed' }],
    ["a Nameko service's exception", remote('things.NotFound'), { name: 'CallUnknownError', reason: 'server-error' }],
    [
      'a result too large to travel',
      remote('nameko.exceptions.UnserializableValueError', []),
      { name: 'CallUnknownError', reason: 'too-large' },
    ],
    [
      'a handler without end',
      remote('toko.errors.handler-timeout'),
      { name: 'CallUnknownError', reason: 'server-error' },
    ],
    ['a problem of another name', remote('toko.errors.conflict', ['v', '{"code":"x"}']), { name: 'CallUnknownError' }],
    ['a problem cut short', remote('toko.errors.conflict', ['v', '{"code":"conf…']), { name: 'CallUnknownError' }],
  ])('%s', (_, error, expected) => {
    expect(classifyFailure(error, 'thing-service')).toMatchObject({ target: 'thing-service', ...expected })
  })

  it.each([
    [errors.conflict({ extensions: { why: 'parked', left: 3 } }), { name: 'ProblemAnswer', problem: { left: 3 } }],
    [errors.quotaExceeded({ retryAfterSeconds: 1.2 }), { reason: 'rate-limited', retryAfterMs: 2000 }],
    [errors.overloaded(), { name: 'CallNotSentError', reason: 'not-started', status: 503 }],
    [errors.dependencyUnavailable({ extensions: { started: false } }), { reason: 'not-started' }],
    [errors.dependencyUnavailable(), { name: 'CallUnknownError', reason: 'server-error', status: 503 }],
    [errors.internal(), { name: 'CallUnknownError', reason: 'server-error', status: 500 }],
  ])('a problem: %s', (problem, expected) => {
    expect(classifyFailure(received(problemFault(problem, 'r')), 'thing-service')).toMatchObject(expected)
  })

  it('a problem whose document is too long to travel keeps what decides', () => {
    const faults = Array.from({ length: 100 }, (_, n) => ({
      pointer: `/lines/${n}`,
      code: 'c',
      detail: 'd'.repeat(200),
    }))
    const fault = problemFault(errors.validation({ errors: faults }), 'req-1')
    expect(String(fault.excArgs[1]).length).toBeLessThan(8_000)
    expect(classifyFailure(received(fault), 't')).toMatchObject({ code: 'validation', problem: { requestId: 'req-1' } })
  })
})
