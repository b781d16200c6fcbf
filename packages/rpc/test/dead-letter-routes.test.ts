import { errors } from '@toko/contracts'
import { BusBlockedError, type DeadLetters, type ShownDeadLetter } from '@toko/messaging'
import { quiet } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { deadLetterRoutes } from '../src/index.ts'
import { viewShownDeadLetter } from '../src/dead-letter-view.ts'

const letter: ShownDeadLetter = {
  id: 'call-1',
  queue: 'rpc-order',
  type: 'order.place_order',
  subject: '',
  reason: 'undecodable',
  attempt: 1,
  error: { name: 'InvalidMessageError', message: 'call is not JSON' },
  parkedAt: '2026-01-01T00:00:00.000Z',
  message: null,
  body: `{"args":["Jalan Merdeka 1"${' '.repeat(20_000)}`,
  headers: {
    authorization: 'Bearer a.b.c',
    'nameko.auth_token': 'a.b.c',
    'nameko.call_id_stack': ['shop.place.1'],
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-idempotency-key': 'k',
  },
}
const reader = (role: 'admin' | 'support') =>
  ({ kind: 'user', id: 'usr_1', sessionId: 'ses_1', roles: ['customer', role], authTimeMs: 0 }) as const

describe('what a reader sees', () => {
  it('is no token and nothing that a person typed into a header', () => {
    const { headers } = viewShownDeadLetter(letter, reader('admin'))
    expect(headers).toEqual({
      authorization: '[withheld]',
      'nameko.auth_token': '[withheld]',
      'nameko.call_id_stack': '["shop.place.1"]',
      traceparent: letter.headers['traceparent'],
      'x-idempotency-key': 'k',
    })
  })

  it('is the body of what nobody can read only for administrators, and not all of a long one', () => {
    expect(viewShownDeadLetter(letter, reader('support'))).toMatchObject({ body: null, bodyBytes: 20_026 })
    expect(viewShownDeadLetter(letter, reader('admin')).body).toHaveLength(16 * 1024)
  })

  it('is the body of an event for all who may look', () => {
    const message = { id: 'a', source: 'order', type: 'x', subject: 'b', time: letter.parkedAt, data: {} }
    expect(viewShownDeadLetter({ ...letter, message, body: '{}' }, reader('support')).body).toBe('{}')
  })
})

describe('a broker that is away', () => {
  it('makes every route answer that it is not available', async () => {
    const away = () => Promise.reject(new BusBlockedError('no connection to RabbitMQ'))
    const letters: DeadLetters = {
      list: away,
      counts: away,
      show: away,
      redrive: away,
      redriveParkedBefore: away,
      drop: away,
    }
    const routes = deadLetterRoutes({ letters, log: quiet().log })
    expect(routes).toHaveLength(5)
    for (const { handle } of routes) {
      const request = { params: { id: 'a' }, query: {}, body: {}, principal: reader('admin') }
      const { code } = errors.dependencyUnavailable
      await expect(handle(request as never, undefined as never)).rejects.toMatchObject({ code })
    }
  })
})
