import type { StorySpan } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { originsOfFailure, suspectOf } from './root-cause.ts'
import { drawsOf, span } from './span.test-support.ts'
import { spanGraph } from './span-graph.ts'

const failed = { isError: true } as const
const call = { kind: 'client', target: 'product-service' } as const
const [root, saga] = [span('root', null, { kind: 'server', ...failed }), span('saga', 'root', failed)]

const causeIn = (spans: readonly StorySpan[]) => {
  const [cause] = originsOfFailure(spans)
  return cause && [cause.spanId, suspectOf(cause, spanGraph(spans))]
}

describe('the root cause', () => {
  it.each<[string, StorySpan[], string[] | undefined]>([
    ['nothing failed', [span('root', null)], undefined],
    ['the deepest failure', [root, saga, span('throw', 'saga', { ...failed, hasException: true })], ['throw', 'order']],
    [
      'a failure below what did not fail itself',
      [
        root,
        span('ok', 'root'),
        span('find', 'ok', { ...failed, kind: 'client', isDatabase: true, service: 'product' }),
      ],
      ['find', 'product'],
    ],
    ['who was called and has no span', [root, saga, span('PUT', 'saga', { ...failed, ...call })], ['PUT', 'product']],
    [
      'who answered with an error',
      [
        root,
        span('PUT', 'root', { ...failed, ...call }),
        span('served', 'PUT', { ...failed, kind: 'server', service: 'product' }),
      ],
      ['served', 'product'],
    ],
    [
      'who asked for what can not be',
      [
        root,
        span('PUT', 'root', { ...failed, ...call, status: 409 }),
        span('served', 'PUT', { kind: 'server', service: 'product' }),
      ],
      ['PUT', 'order'],
    ],
    [
      'a caller too busy to hear the answer',
      [
        root,
        span('PUT', 'root', { ...failed, ...call, errorType: 'timeout', durationMs: 2000 }),
        span('served', 'PUT', { kind: 'server', service: 'product', durationMs: 20 }),
      ],
      ['PUT', 'order'],
    ],
    [
      'a consumer that rejects, before a call that failed earlier',
      [
        root,
        span('PUT', 'root', { ...failed, ...call, durationMs: 1 }),
        span('process', 'root', { ...failed, kind: 'consumer', service: 'user', durationMs: 50 }),
      ],
      ['process', 'user'],
    ],
    [
      'what was resumed later, by its link',
      [
        span('saga', null, { ...failed, kind: 'internal' }),
        span('sweep', null, { traceId: 'later', links: [{ traceId: 'trace', spanId: 'saga' }] }),
        span('throw', 'sweep', { ...failed, traceId: 'later', hasException: true, service: 'payment' }),
      ],
      ['throw', 'payment'],
    ],
    [
      'nobody could take the message',
      [root, span('publish', 'root', { ...failed, kind: 'producer', hasException: true })],
      ['publish', 'broker'],
    ],
    [
      'the earlier of two alike',
      [
        root,
        span('second', 'root', { ...failed, ...call, startMs: 5 }),
        span('first', 'root', { ...failed, ...call, target: 'payment-service' }),
      ],
      ['first', 'payment'],
    ],
  ])('is %s', (_, spans, expected) => {
    expect(causeIn(spans)).toEqual(expected)
  })
})

const services = ['order', 'product', 'payment', 'user'] as const

/** A tree of calls, messages and database commands over the services; in one of them something breaks and all above fails. */
function randomTrace(seed: number): { spans: StorySpan[]; broken: string } {
  const { below, isTrue, oneOf } = drawsOf(seed)
  const spans = [span('0', null, { kind: 'server', service: oneOf(services), durationMs: 1000 })]
  const add = (parent: StorySpan, more: Partial<StorySpan>) => {
    const made = span(String(spans.length), parent.spanId, { service: parent.service, startMs: below(500), ...more })
    spans.push(made)
    return made
  }
  for (let count = 2 + below(8); count > 0; count--) {
    const parent = oneOf(
      spans.filter(({ kind, isDatabase }) => kind !== 'client' && !isDatabase && kind !== 'producer'),
    )
    const other = oneOf(services.filter((service) => service !== parent.service))
    const made = oneOf(['call', 'message', 'command'])
    if (made === 'call')
      add(add(parent, { kind: 'client', target: `${other}-service` }), { kind: 'server', service: other })
    else if (made === 'message') add(add(parent, { kind: 'producer' }), { kind: 'consumer', service: other })
    else add(parent, { kind: 'client', isDatabase: true })
  }
  const place = oneOf(spans.filter(({ kind }) => kind === 'server' || kind === 'consumer'))
  const cause = isTrue()
    ? add(place, { kind: 'client', isDatabase: true, isError: true, errorType: 'MongoNetworkError' })
    : add(place, { isError: true, hasException: true, errorType: 'TypeError' })
  const failing = new Set([cause.spanId])
  for (let up: StorySpan | undefined = cause; up; up = spans.find(({ spanId }) => spanId === up?.parentSpanId))
    failing.add(up.spanId)
  return {
    spans: spans.map((each) => (failing.has(each.spanId) ? { ...each, isError: true } : each)),
    broken: place.service,
  }
}

it('names the service that broke, in 1,000 random traces', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const { spans, broken } = randomTrace(seed)
    expect(causeIn(spans)?.[1], `seed ${seed}`).toBe(broken)
  }
})

it('never runs in a circle, and blames nothing that caused another failure, in 1,000 random graphs', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const { below, isTrue } = drawsOf(seed)
    const count = 1 + below(12)
    const spans = Array.from({ length: count }, (_, index) =>
      span(String(index), isTrue() ? String(below(count)) : null, {
        isError: isTrue(),
        links: isTrue() ? [{ traceId: 'trace', spanId: String(below(count)) }] : [],
      }),
    )
    const graph = spanGraph(spans)
    for (const origin of originsOfFailure(spans, graph)) {
      expect(origin.isError).toBe(true)
      expect(graph.consequences(origin).filter(({ isError }) => isError)).toEqual([])
    }
  }
})
