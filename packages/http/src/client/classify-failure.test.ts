import { FetchError } from 'node-fetch'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from './classify-failure.ts'

describe('classifyFailure', () => {
  it.each<[string, { code: string; syscall?: string }, string, string]>([
    ['several addresses refused (no syscall)', { code: 'ECONNREFUSED' }, 'CallNotSentError', 'refused'],
    ['no file descriptor left', { code: 'EMFILE', syscall: 'connect' }, 'CallNotSentError', 'refused'],
    ['time-out of connecting', { code: 'ETIMEDOUT', syscall: 'connect' }, 'CallNotSentError', 'refused'],
    ['time-out of a standing connection', { code: 'ETIMEDOUT', syscall: 'read' }, 'CallUnknownError', 'reset'],
    ['route lost while writing', { code: 'EHOSTUNREACH', syscall: 'write' }, 'CallUnknownError', 'reset'],
    ['anything else', { code: 'EPROTO' }, 'CallUnknownError', 'reset'],
  ])('%s', (_, systemError, name, reason) => {
    const failure = classifyFailure(new FetchError('failed', 'system', systemError), 'thing-service', 'no')
    expect(failure).toMatchObject({ name, reason })
  })
})
