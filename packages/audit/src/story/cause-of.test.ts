import type { OrderReason, OrderStatus, StorySpan } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { StoryFacts } from './facts.ts'
import { span } from './span.test-support.ts'
import { tellStory } from './tell-story.ts'

const id = `ord_${'1'.repeat(32)}`
const at = (seconds: number) => new Date(1_000_000_000_000 + seconds * 1000).toISOString()

function facts(status: OrderStatus, reason: OrderReason | undefined, more: Partial<StoryFacts> = {}): StoryFacts {
  const order = { id, status, reason, createdAt: at(0), payments: [] } as unknown as StoryFacts['order']
  const history = [
    { version: 1, status: 'pending', at: at(0) },
    { version: 2, status, at: at(5) },
  ]
  return {
    nowMs: Date.parse(at(60)),
    order,
    audited: { value: { history, outbox: [] } as unknown as never },
    reservation: { value: null },
    payments: { value: [] },
    deadLetters: { value: [] },
    spans: { value: [] },
    logs: { value: [] },
    alerts: { value: [] },
    ...more,
  }
}
const failed = (traceId: string, target: string): StorySpan =>
  span('call', null, { traceId, name: 'PUT', kind: 'client', target, isError: true, errorType: 'timeout' })
const line = (error: string) => ({
  value: [{ at: at(1), service: 'order', level: 'warn', message: 'no answer', error, traceId: null }],
})
const letter = {
  value: [
    {
      queue: 'evt-order-order_placed--product.reserve',
      type: 'order_placed',
      attempts: 9,
      parkedAt: at(2),
      error: { name: 'TypeError', message: 'x' },
    },
  ],
} as unknown as StoryFacts['deadLetters']

const causeOf = (told: StoryFacts) => {
  const { cause } = tellStory(told)
  return cause && `${cause.service} by ${cause.evidence}`
}

describe('the cause', () => {
  it.each<[string, StoryFacts, string | null]>([
    ['none for a sound order', facts('confirmed', undefined), null],
    [
      'none for a sound order with a hiccup',
      facts('confirmed', undefined, { spans: { value: [failed('a', 'product-service')] } }),
      null,
    ],
    [
      'none where somebody decided',
      facts('rejected', 'insufficient-stock', { spans: { value: [failed('a', 'product-service')] } }),
      null,
    ],
    [
      'whom most traces show',
      facts('expired', 'too-old', {
        spans: { value: [failed('a', 'payment-service'), failed('b', 'user-service'), failed('c', 'user-service')] },
      }),
      'user by span',
    ],
    [
      "whom the order's reason blames, if a trace does too",
      facts('expired', 'payment-timeout', {
        spans: {
          value: [failed('a', 'payment-service'), failed('b', 'product-service'), failed('c', 'product-service')],
        },
      }),
      'payment by span',
    ],
    [
      'not whom a mere read shows',
      facts('expired', 'payment-timeout', {
        spans: { value: [span('GET /audit/orders/{id}', null, { isError: true, service: 'user' })] },
      }),
      'payment by waiting',
    ],
    [
      'who could not handle a message',
      facts('expired', 'pending-timeout', { deadLetters: letter }),
      'product by dead-letter',
    ],
    [
      'who was called, by the log',
      facts('expired', 'pending-timeout', { logs: line('CallNotSentError: product-service: breaker-open') }),
      'product by log',
    ],
    ['who wrote an error', facts('expired', 'too-old', { logs: line('TypeError: x is undefined') }), 'order by log'],
    ['for whom it waited, by its reason', facts('cancelled', 'payment-mismatch'), 'payment by waiting'],
    ['for whom it waits too long', facts('paying', undefined), 'payment by waiting'],
  ])('is %s', (_, told, expected) => {
    expect(causeOf(told)).toBe(expected)
  })

  it('is the order service where it holds an order back', () => {
    const parked = { value: { history: [], outbox: [], parked: 'no payment' } as unknown as never }
    expect(tellStory(facts('authorised', undefined, { audited: parked })).cause).toMatchObject({
      service: 'order',
      message: 'no payment',
    })
  })
})

describe('what is missing', () => {
  const missing = (spans: readonly StorySpan[]) =>
    tellStory(facts('confirmed', undefined, { spans: { value: [...spans] } })).missing

  it('names who should have a span of what was published or called', () => {
    const published = span('p', null, { kind: 'producer', messageType: 'order_placed' })
    expect(missing([published])).toContain('order published order_placed, and there is no span of whoever handles it')
    const handled = span('c', 'p', { kind: 'consumer', messageType: 'order_placed', service: 'product' })
    expect(missing([published, handled]).join()).not.toContain('order_placed')
    expect(missing([span('p', null, { kind: 'producer', messageType: 'order_confirmed' })]).join()).not.toContain(
      'order_confirmed',
    )
    expect(missing([failed('a', 'payment-service')])).toContain(
      'order called PUT of payment-service, and payment has no span of it',
    )
  })

  it('tells a trace in pieces', () => {
    expect(missing([span('a', null), span('b', 'lost')])).toContain(
      'trace trace is in 2 pieces: spans between them are missing',
    )
    expect(missing([span('a', 'of the client')]).join()).not.toContain('pieces')
  })
})
