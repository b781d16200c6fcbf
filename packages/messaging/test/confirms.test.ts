import { describe, expect, it, vi } from 'vitest'
import {
  BusBlockedError,
  BusClosedError,
  ConfirmTimeoutError,
  type InProcessBusOptions,
  PermanentError,
  RpcTimeoutError,
} from '../src/index.ts'
import { event, gate, queueOf } from './harness.ts'
import { inProcess } from './in-process-harness.ts'

/** What only this bus promises: a confirm means that every subscription is done with the message. */
describe('in-process confirms', () => {
  async function started(options: Partial<InProcessBusOptions> = {}) {
    const all = inProcess(options)
    await all.bus.start?.()
    return all
  }
  /** A promise's state now, without waiting for it. */
  function watch(promise: Promise<void>) {
    const seen: { state: 'pending' | 'done' | Error } = { state: 'pending' }
    promise.then(
      () => (seen.state = 'done'),
      (error: Error) => (seen.state = error),
    )
    return seen
  }

  it('come when every subscription has acknowledged, not before', async () => {
    const { bus, clock } = await started()
    const blocked = gate()
    let quick = 0
    bus.subscribe(queueOf('order', { service: 'mail' }), async () => void quick++)
    bus.subscribe(queueOf('order'), () => blocked.opened)
    const publish = watch(bus.publish(event('order')))
    await clock.advance(1000)
    expect([quick, publish.state, bus.idle()]).toEqual([1, 'pending', false])
    blocked.open()
    await clock.advance(0)
    expect([publish.state, bus.idle()]).toEqual(['done', true])
    expect(clock.waiting()).toBe(0)
  })

  it('wait for a message in its retry pause, and come with its success', async () => {
    const { bus, clock } = await started()
    bus.subscribe(queueOf('order'), (_, { attempt }) =>
      attempt === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(),
    )
    const publish = watch(bus.publish(event('order')))
    await clock.advance(999)
    expect([publish.state, bus.idle()]).toEqual(['pending', false])
    await clock.advance(1)
    expect([publish.state, bus.idle()]).toEqual(['done', true])
  })

  it('come with parking: then a person has the message', async () => {
    const { bus, clock } = await started()
    bus.subscribe(queueOf('order'), () => Promise.reject(new PermanentError('no')))
    const publish = watch(bus.publish(event('order')))
    await clock.advance(0)
    expect(publish.state).toBe('done')
    expect(await bus.deadLetters().list()).toHaveLength(1)
  })

  it('time out after 5 s as outcome unknown; a repeat joins the message that is still there', async () => {
    const { bus, clock } = await started()
    let deliveries = 0
    bus.subscribe(queueOf('order'), (_, { attempt }) => {
      deliveries++
      return attempt < 3 ? Promise.reject(new Error('busy')) : Promise.resolve()
    })
    const sent = event('order')
    const first = watch(bus.publish(sent))
    await clock.advance(4_999)
    expect(first.state).toBe('pending')
    await clock.advance(1)
    expect(first.state).toBeInstanceOf(ConfirmTimeoutError)
    const repeats = Array.from({ length: 50 }, () => watch(bus.publish(sent)))
    await clock.advance(1_000) // 1 s + 5 s after the first failure: the third attempt
    expect(new Set(repeats.map(({ state }) => state))).toEqual(new Set(['done']))
    expect(deliveries).toBe(3)
    expect([bus.idle(), clock.waiting()]).toEqual([true, 0])
  })

  it('deliver again what is published again after its confirm', async () => {
    const { bus } = await started()
    let deliveries = 0
    bus.subscribe(queueOf('order'), async () => void deliveries++)
    const sent = event('order')
    await bus.publish(sent)
    await bus.publish(sent)
    expect(deliveries).toBe(2)
  })

  it('hold publishes back when a queue is full, let them in in order, and refuse them after 5 s', async () => {
    const { bus, clock } = await started({ maxQueueLength: 2, confirmTimeoutMs: 5_000, handlerLimitMs: 60_000 })
    const blocked = gate()
    const begun: string[] = []
    bus.subscribe(queueOf('order', { prefetch: 1 }), async ({ id }) => {
      begun.push(id)
      if (id === 'a') await blocked.opened
    })
    const publish = (id: string) => watch(bus.publish(event('order', { id })))
    publish('a')
    await clock.advance(0) // under way
    const [, , d, e] = ['b', 'c', 'd', 'e'].map(publish)
    await expect(bus.publish(event('order', { id: 'f' }))).rejects.toThrow(BusBlockedError) // 2 may wait, not 3
    await clock.advance(4_999)
    expect([d?.state, e?.state]).toEqual(['pending', 'pending'])
    await clock.advance(1)
    expect([d?.state, e?.state]).toEqual([expect.any(BusBlockedError), expect.any(BusBlockedError)])
    const [g, h] = ['g', 'h'].map(publish)
    blocked.open()
    await clock.advance(100)
    expect([g?.state, h?.state]).toEqual(['done', 'done'])
    expect(begun).toEqual(['a', 'b', 'c', 'g', 'h'])
  })

  it('are all or nothing: a full queue keeps the message out of the others too', async () => {
    const { bus, clock } = await started({ maxQueueLength: 1 })
    bus.subscribe(queueOf('order', { prefetch: 1 }), () => new Promise(() => {}))
    const other: string[] = []
    watch(bus.publish(event('order')))
    await clock.advance(0)
    watch(bus.publish(event('order')))
    bus.subscribe(queueOf('order', { service: 'mail' }), async ({ id }) => void other.push(id))
    const blocked = watch(bus.publish(event('order')))
    await clock.advance(5_000)
    expect(blocked.state).toBeInstanceOf(BusBlockedError)
    expect(other).toEqual([])
    void bus.stop?.()
    await clock.advance(10_000)
  })

  it('fail with the stop: at once while waiting for room, after the handlers under way otherwise', async () => {
    const { bus, clock } = await started({ maxQueueLength: 1 })
    const blocked = gate()
    bus.subscribe(queueOf('order', { prefetch: 1 }), () => blocked.opened)
    const underWay = watch(bus.publish(event('order')))
    await clock.advance(0)
    const queued = watch(bus.publish(event('order')))
    const waiting = watch(bus.publish(event('order')))
    const stopped = watch(Promise.resolve(bus.stop?.()))
    await clock.advance(10)
    expect(waiting.state).toBeInstanceOf(BusClosedError)
    expect([underWay.state, queued.state, stopped.state]).toEqual(['pending', 'pending', 'pending'])
    blocked.open()
    await clock.advance(10)
    expect([underWay.state, stopped.state]).toEqual(['done', 'done'])
    expect(queued.state).toBeInstanceOf(BusClosedError)
    expect(clock.waiting()).toBe(0)
  })

  it('stop waiting for a handler that has no end', async () => {
    const { bus, clock } = await started({ stopLimitMs: 2_000, handlerLimitMs: 60_000 })
    bus.subscribe(queueOf('order'), () => new Promise(() => {}))
    const publish = watch(bus.publish(event('order')))
    await clock.advance(0)
    const stopped = watch(Promise.resolve(bus.stop?.()))
    await clock.advance(1_999)
    expect(stopped.state).toBe('pending')
    await clock.advance(1)
    expect(stopped.state).toBe('done')
    expect(publish.state).toBeInstanceOf(BusClosedError)
  })

  it('of a broadcast are released when its subscription goes', async () => {
    const { bus, clock } = await started()
    const blocked = gate()
    const subscription = bus.subscribe(queueOf('order', { kind: 'broadcast', prefetch: 1 }), () => blocked.opened)
    const publishes = [watch(bus.publish(event('order'))), watch(bus.publish(event('order')))]
    await clock.advance(0)
    const gone = subscription.unsubscribe()
    blocked.open()
    await gone
    await vi.waitFor(() => expect(publishes.map(({ state }) => state)).toEqual(['done', 'done']))
    expect(bus.idle()).toBe(true)
  })
})

describe('in-process calls', () => {
  it('fail at once when the queue of the service is full', async () => {
    const { bus, clock } = inProcess({ maxQueueLength: 2 })
    await bus.start?.()
    await bus.serve('product', {}).unsubscribe()
    const call = () => bus.request({ service: 'product', method: 'get' }, {}).catch((error: unknown) => error)
    const waiting = [call(), call()]
    expect(await call()).toBeInstanceOf(BusBlockedError)
    await clock.advance(5_000)
    expect(await Promise.all(waiting)).toEqual([expect.any(RpcTimeoutError), expect.any(RpcTimeoutError)])
    expect(clock.waiting()).toBe(0)
  })
})
