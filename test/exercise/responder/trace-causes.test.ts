import type { StorySpan } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { causesOfFailure, causesOfSlowness } from './trace-causes.ts'

let made = 0
/** A span of a trace of its own unless a parent is given. */
function span(given: Partial<StorySpan> = {}, parent?: StorySpan): StorySpan {
  const id = (++made).toString(16).padStart(16, '0')
  return {
    traceId: parent?.traceId ?? id.padStart(32, '0'),
    spanId: id,
    parentSpanId: parent?.spanId ?? null,
    service: 'order',
    name: 'POST /orders',
    kind: 'server',
    startMs: 1000,
    durationMs: 100,
    isError: false,
    errorType: null,
    message: null,
    hasException: false,
    status: null,
    target: null,
    isDatabase: false,
    messageType: null,
    attempt: null,
    links: [],
    ...given,
  }
}
const failed = (errorType: string) => ({ isError: true, errorType })
const call = (target: string, errorType: string) =>
  ({ kind: 'client', target: `${target}-service`, name: 'PUT /payments/{key}', ...failed(errorType) }) as const

describe('causes of failed traces', () => {
  it('are the deepest failed spans: a call without an answer points at who was called', () => {
    const order = span(failed('503'))
    const spans = [order, span(call('payment', 'timeout'), order)]
    expect(causesOfFailure(spans, 0)).toEqual([
      { service: 'payment', operation: 'PUT /payments/{key}', errorType: 'timeout', votes: 1, isBare: false },
    ])
  })

  it('are ranked by how many traces show them, whichever came first', () => {
    const database = { kind: 'client', isDatabase: true, service: 'product', name: 'find stock' } as const
    const spans = [
      span(failed('500')),
      ...[1, 2].flatMap(() => {
        const root = span({ service: 'product', name: 'GET /products', ...failed('503') })
        return [root, span({ ...database, ...failed('MongoNetworkError') }, root)]
      }),
    ]
    expect(causesOfFailure(spans, 0).map(({ service, votes, isBare }) => ({ service, votes, isBare }))).toEqual([
      { service: 'product', votes: 2, isBare: false },
      { service: 'order', votes: 1, isBare: true },
    ])
  })

  it('leave out what ended before', () => {
    expect(causesOfFailure([span({ ...failed('500'), startMs: 100 })], 5000)).toEqual([])
    expect(causesOfFailure([span({ ...failed('500'), startMs: 4950 })], 5000)).toHaveLength(1)
  })
})

describe('causes of slow reads', () => {
  it('are the spans that took the time themselves', () => {
    const root = span({ name: 'GET /orders', durationMs: 500 })
    const query = span({ kind: 'client', isDatabase: true, name: 'find orders', startMs: 1020, durationMs: 460 }, root)
    expect(causesOfSlowness([root, query], 0)).toMatchObject([{ service: 'order', operation: 'find orders' }])
  })

  it('are the one that was called where its own span does not account for the time', () => {
    const root = span({ name: 'GET /carts/{id}', durationMs: 900 })
    const asked = span(
      { kind: 'client', target: 'product-service', name: 'GET /stock', startMs: 1010, durationMs: 880 },
      root,
    )
    const served = span({ service: 'product', name: 'GET /stock', startMs: 1860, durationMs: 20 }, asked)
    expect(causesOfSlowness([root, asked, served], 0)).toMatchObject([{ service: 'product', operation: 'GET /stock' }])
  })

  it('are not what waits on purpose: only reads are timed', () => {
    expect(causesOfSlowness([span({ durationMs: 3000 })], 0)).toEqual([])
  })
})
