import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, type Wire } from './envelope.ts'
import { InvalidMessageError } from './errors.ts'
import type { Message } from './message.ts'

const message: Message = {
  id: 'evt_1',
  source: 'order',
  type: 'order_placed',
  subject: 'ord_1',
  version: 3,
  time: '2026-01-02T03:04:05.678Z',
  causationId: 'evt_0',
  trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  data: { total: 5 },
}

describe('envelope', () => {
  it('is CloudEvents in binary mode: the body is the data alone', () => {
    const wire = encodeMessage(message)
    expect({ ...wire, body: Buffer.from(wire.body).toString() }).toEqual({
      exchange: 'order.events',
      routingKey: 'order_placed',
      messageId: 'evt_1',
      headers: {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'evt_1',
        cloudEvents_source: 'order',
        cloudEvents_type: 'order_placed',
        cloudEvents_subject: 'ord_1',
        cloudEvents_time: '2026-01-02T03:04:05.678Z',
        cloudEvents_aggregateversion: '3',
        cloudEvents_causationid: 'evt_0',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      body: '{"total":5}',
    })
  })

  it('reads what it wrote', () => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message)
  })

  it('carries only the headers of a trace, and no oversized baggage', () => {
    const trace = { tracestate: 'a=1', baggage: 'x'.repeat(8_193), authorization: 'secret' }
    const { headers } = encodeMessage({ ...message, trace })
    expect(headers).toMatchObject({ tracestate: 'a=1' })
    expect(headers).not.toHaveProperty('baggage')
    expect(headers).not.toHaveProperty('authorization')
  })

  it.each<[string, Partial<Wire>]>([
    ['without headers', { headers: {} }],
    ['with a number as id', { headers: { ...encodeMessage(message).headers, cloudEvents_id: 7 } }],
    [
      'with a version that is no number',
      { headers: { ...encodeMessage(message).headers, cloudEvents_aggregateversion: 'x' } },
    ],
    [
      'in an envelope of another version',
      { headers: { ...encodeMessage(message).headers, cloudEvents_specversion: '9.9' } },
    ],
    ['with a broken body', { body: Buffer.from('{') }],
  ])('refuses a foreign message %s', (_, change) => {
    expect(() => decodeMessage({ ...encodeMessage(message), ...change })).toThrow(InvalidMessageError)
  })

  it('ignores headers that Nameko forwarded from an older message', () => {
    const headers = { ...encodeMessage(message).headers, 'nameko.cloudEvents_id': 'old', 'nameko.traceparent': 'old' }
    expect(decodeMessage({ ...encodeMessage(message), headers })).toEqual(message)
  })
})
