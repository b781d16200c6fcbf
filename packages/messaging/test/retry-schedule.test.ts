import { AsyncLocalStorage } from 'node:async_hooks'
import { inRequestContext, requestContext } from '@toko/runtime'
import { describe, expect, it, vi } from 'vitest'
import { BusClosedError, PermanentError } from '../src/index.ts'
import { event, gate, queueOf } from './harness.ts'
import { inProcess } from './in-process-harness.ts'

describe('in-process retries', () => {
  it('come 1 s, 5 s, 30 s and 2 min after a failure, then the message is parked', async () => {
    const { bus, clock } = inProcess()
    await bus.start?.()
    const startMs = clock.now()
    const atMs: number[] = []
    bus.subscribe(queueOf('order'), () => {
      atMs.push(clock.now() - startMs)
      return Promise.reject(new Error('busy'))
    })
    bus.publish(event('order')).catch(() => {})
    await clock.advance(156_000)
    expect(atMs).toEqual([0, 1_000, 6_000, 36_000, 156_000])
    const parkedAt = new Date(startMs + 156_000).toISOString()
    expect(await bus.deadLetters().list()).toMatchObject([{ attempt: 5, reason: 'exhausted', parkedAt }])
    expect([bus.idle(), clock.waiting()]).toEqual([true, 0])
  })

  it('spread by up to the jitter', async () => {
    const { bus, clock } = inProcess({ retryJitter: 0.5, maxFailures: 2 })
    await bus.start?.()
    const startMs = clock.now()
    const atMs: number[] = []
    let first = 0
    bus.subscribe(queueOf('order', { prefetch: 100 }), (_, { attempt }) => {
      if (attempt === 1) first++
      if (attempt === 2) atMs.push(clock.now() - startMs)
      return Promise.reject(new Error('busy'))
    })
    for (let sent = 0; sent < 50; sent++) bus.publish(event('order')).catch(() => {})
    await vi.waitFor(() => expect(first).toBe(50))
    await clock.advance(1_500)
    expect(atMs).toHaveLength(50)
    expect(Math.min(...atMs)).toBeGreaterThanOrEqual(1_000)
    expect(new Set(atMs).size).toBeGreaterThan(10)
  })

  it('pause the queue when too many wait: back-pressure instead of mass parking', async () => {
    const { bus, clock } = inProcess({ maxRetrying: 3 })
    await bus.start?.()
    let isDown = true
    const done: string[] = []
    let failures = 0
    bus.subscribe(queueOf('order', { prefetch: 1 }), ({ id }) => {
      if (isDown) return Promise.reject(new Error(`down ${++failures}`))
      done.push(id)
      return Promise.resolve()
    })
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const id of ids) bus.publish(event('order', { id })).catch(() => {})
    await clock.advance(900)
    expect(failures).toBe(3)
    isDown = false
    await clock.advance(10_000)
    expect(done.toSorted()).toEqual(ids)
  })

  it('are called off by the stop: who published still has the message', async () => {
    const { bus, clock } = inProcess()
    await bus.start?.()
    let deliveries = 0
    bus.subscribe(queueOf('order'), () => {
      deliveries++
      return Promise.reject(new Error('busy'))
    })
    const outcome = bus.publish(event('order')).catch((error: unknown) => error)
    await clock.advance(0)
    await bus.stop?.()
    expect(await outcome).toBeInstanceOf(BusClosedError)
    expect([bus.idle(), clock.waiting()]).toEqual([true, 0])
    await clock.advance(10_000)
    expect(deliveries).toBe(1)
  })

  it('are not planned for a handler that fails during the stop', async () => {
    const { bus, clock } = inProcess()
    await bus.start?.()
    const blocked = gate()
    bus.subscribe(queueOf('order'), () => blocked.opened.then(() => Promise.reject(new Error('busy'))))
    const outcome = bus.publish(event('order')).catch((error: unknown) => error)
    await clock.advance(0)
    const stopped = bus.stop?.()
    blocked.open()
    await stopped
    expect(await outcome).toBeInstanceOf(BusClosedError)
    expect([bus.idle(), clock.waiting()]).toEqual([true, 0])
  })

  it('log each failure with queue, order, attempt and error', async () => {
    const { bus, clock, lines } = inProcess()
    await bus.start?.()
    bus.subscribe(queueOf('order'), () => Promise.reject(new PermanentError('bad total')))
    bus.subscribe(queueOf('order', { service: 'mail' }), (_, { attempt }) =>
      attempt === 1 ? Promise.reject(new Error('smtp down')) : Promise.resolve(),
    )
    await Promise.all([bus.publish(event('order', { subject: 'ord-9' })), clock.advance(1_000)])
    const facts = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(facts).toContainEqual(
      expect.objectContaining({
        level: 'error',
        subject: 'ord-9',
        attempt: 1,
        reason: 'permanent',
        msg: 'message parked',
      }),
    )
    expect(facts).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        subject: 'ord-9',
        attempt: 1,
        retryInMs: 1_000,
        msg: 'handler failed',
      }),
    )
  })
})

describe('the context of a handler', () => {
  it("is neither the publisher's nor the subscriber's", async () => {
    const { bus } = inProcess()
    await bus.start?.()
    const own = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const deadline = { remainingMs: () => 1, hasPassed: () => false }
    const inRequest = <T>(requestId: string, work: () => T) =>
      own.run(requestId, () => inRequestContext({ requestId, deadline }, work))
    inRequest('subscriber', () =>
      bus.subscribe(
        queueOf('order', { kind: 'broadcast' }),
        async () => void seen.push(requestContext(), own.getStore()),
      ),
    )
    await inRequest('publisher', () => bus.publish(event('order')))
    await vi.waitFor(() => expect(seen).toEqual([undefined, undefined]))
  })
})
