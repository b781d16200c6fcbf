import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { isUnavailable, translateDatabaseError } from './database-errors.ts'

const withCode = (code: string) => Object.assign(new Error('of a socket'), { code })

describe('an error of the driver', () => {
  it.each([
    new mongo.MongoUnexpectedServerResponseError('Selected server does not support retryable writes'),
    new mongo.MongoServerClosedError(),
    new mongo.MongoNetworkTimeoutError('connection 1 timed out', {}),
    new mongo.MongoServerError({ message: 'operation was interrupted', code: 11_602 }),
    withCode('EPIPE'),
    withCode('ECONNRESET'),
  ])('says that the database cannot be asked now: $name $code', (error) => {
    expect(isUnavailable(error)).toBe(true)
    expect(translateDatabaseError(error)).toMatchObject({ status: 503, code: 'dependency-unavailable' })
  })

  it.each([
    new mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11_000 }),
    new mongo.MongoInvalidArgumentError('a wrong option'),
    withCode('ENOENT'),
    new TypeError('a mistake of ours'),
    undefined,
  ])('or is about something else: %s', (error) => {
    expect(isUnavailable(error)).toBe(false)
    expect(translateDatabaseError(error)).toBeUndefined()
  })
})
