import { describe, expect, it } from 'vitest'
import { CallNotSentError, CallUnknownError, ProblemAnswer } from '@toko/http'
import type { Op } from '../history/record.ts'
import { toldByAnswer, toldByError } from './attempt.ts'

const target = 'order-service'
const problem = (status: number, code: string) => ({ type: 't', title: 'T', status, code })

describe('an answer', () => {
  it.each<[Op, number, Record<string, unknown>, object, number?]>([
    ['place', 201, { id: 'ord_1' }, { outcome: 'ok', orderId: 'ord_1' }],
    ['place', 409, { code: 'insufficient-stock', orderId: 'ord_1' }, { outcome: 'ok', orderId: 'ord_1' }],
    ['place', 402, { code: 'payment-declined', orderId: 'ord_1' }, { outcome: 'ok', orderId: 'ord_1' }],
    ['place', 409, { code: 'limit-reached' }, { outcome: 'fail', isPassing: true }],
    ['place', 409, { code: 'conflict' }, { outcome: 'fail', isPassing: false }],
    ['pay', 402, { code: 'payment-declined', orderId: 'ord_1' }, { outcome: 'ok', orderId: null }],
    ['cancel', 201, { id: 'cnl_1' }, { outcome: 'ok', madeId: 'cnl_1' }],
    ['cancel', 409, { code: 'illegal-transition', orderId: 'ord_1' }, { outcome: 'fail', isPassing: false }],
    ['cancel', 409, { code: 'conflict' }, { outcome: 'fail', isPassing: true }, 1000],
    ['refund', 409, { code: 'conflict' }, { outcome: 'fail', isPassing: false }],
  ])('to %s of %i %j', (op, status, body, expected, retryAfterMs = 0) => {
    expect(toldByAnswer(op, { status, body, retryAfterMs })).toMatchObject({ status, ...expected })
  })
})

describe('a failure', () => {
  it.each([
    [new CallNotSentError('refused', { target }), { outcome: 'fail', status: null, isPassing: true }],
    [
      new CallNotSentError('rate-limited', { target, status: 429, retryAfterMs: 700 }),
      { outcome: 'fail', retryAfterMs: 700 },
    ],
    [new CallUnknownError('timeout', { target }), { outcome: 'info', status: null, isPassing: true }],
    [new CallUnknownError('server-error', { target, status: 500 }), { outcome: 'info', status: 500 }],
    [
      new ProblemAnswer(target, problem(422, 'idempotency-key-reused')),
      { outcome: 'fail', status: 422, isPassing: false },
    ],
    [new ProblemAnswer(target, problem(401, 'unauthenticated')), { outcome: 'fail', isPassing: true }],
  ])('%s', (error, expected) => {
    expect(toldByError(error)).toMatchObject(expected)
  })

  it('of our own is thrown on', () => {
    expect(() => toldByError(new TypeError('oops'))).toThrow('oops')
  })
})
