import { expect, it } from 'vitest'
import { CallNotSentError, CallUnknownError, ProblemAnswer } from '@toko/http'
import { explain, Failure } from './failure.ts'

const problem = { type: 't', title: 'Not found', status: 404, code: 'not-found', requestId: 'r-1' }

it.each([
  [new ProblemAnswer('order-service', problem), 'order-service: Not found [404 not-found, request r-1]'],
  [
    new ProblemAnswer('order-service', { ...problem, detail: 'gone' }),
    'order-service: Not found (gone) [404 not-found, request r-1]',
  ],
  [new CallNotSentError('refused', { target: 'user-service' }), /^user-service is not running: start the shop/],
  [new CallUnknownError('timeout', { target: 'user-service' }), 'user-service: timeout'],
  [new Failure('do this', 2), 'do this'],
])('explains %o in one line', (error, expected) => {
  const text = explain(error)
  expect(text).toMatch(expected)
  expect(text).not.toContain('\n')
})

it('keeps the stack of what nobody foresaw', () => {
  expect(explain(new TypeError('oops'))).toMatch(/TypeError: oops\n\s+at /)
})
