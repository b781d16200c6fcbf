import { expect, it } from 'vitest'
import { BusClosedError } from '../../src/index.ts'
import { event, gate, queueOf, uniqueName, type Fresh, soon } from '../harness.ts'

export function lifecycleCases(fresh: Fresh): void {
  it('is closed and not ready before its start', async () => {
    const { bus } = fresh()
    await expect(bus.publish(event(uniqueName()))).rejects.toThrow(BusClosedError)
    await expect(bus.request({ service: 'x', method: 'y' }, {})).rejects.toThrow(BusClosedError)
    await expect(Promise.try(() => bus.ready?.())).rejects.toThrow(BusClosedError)
  })

  it('is ready while open', async () => {
    const { bus } = fresh()
    await bus.start?.()
    await expect(Promise.try(() => bus.ready?.())).resolves.toBeUndefined()
  })

  it('is closed and not ready after its stop', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    bus.subscribe(queueOf(source), async () => {})
    await bus.start?.()
    await bus.stop?.()
    await expect(bus.publish(event(source))).rejects.toThrow(BusClosedError)
    await expect(bus.request({ service: 'x', method: 'y' }, {})).rejects.toThrow(BusClosedError)
    await expect(Promise.try(() => bus.ready?.())).rejects.toThrow(BusClosedError)
  })

  it('takes subscriptions before and after its start', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const got: string[] = []
    bus.subscribe(queueOf(source, { handler: 'before' }), async () => void got.push('before'))
    await bus.start?.()
    bus.subscribe(queueOf(source, { handler: 'after' }), async () => void got.push('after'))
    await bus.publish(event(source))
    await soon(() => expect(got.toSorted()).toEqual(['after', 'before']))
  })

  it('keeps messages of a pool without a subscription for the next one', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const early: string[] = []
    const late: string[] = []
    const subscription = bus.subscribe(queueOf(source), async ({ id }) => void early.push(id))
    await bus.start?.()
    await bus.publish(event(source, { id: 'first' }))
    await soon(() => expect(early).toEqual(['first']))
    await subscription.unsubscribe()
    void bus.publish(event(source, { id: 'second' })).catch(() => {})
    await fresh().passTime(50)
    bus.subscribe(queueOf(source), async ({ id }) => void late.push(id))
    await soon(() => expect(late).toEqual(['second']))
    expect(early).toEqual(['first'])
  })

  it.each(['unsubscribe', 'stop'] as const)('%s waits for the handler under way', async (way) => {
    const { bus } = fresh()
    const source = uniqueName()
    const blocked = gate()
    let [isStarted, isFinished, isStopped] = [false, false, false]
    const subscription = bus.subscribe(queueOf(source), async () => {
      isStarted = true
      await blocked.opened
      isFinished = true
    })
    await bus.start?.()
    const confirmed = bus.publish(event(source)).catch(() => {})
    await soon(() => expect(isStarted).toBe(true))
    const stopped = (way === 'stop' ? Promise.resolve(bus.stop?.()) : subscription.unsubscribe()).then(() => {
      isStopped = true
      return isFinished
    })
    await fresh().passTime(50)
    expect(isStopped).toBe(false)
    blocked.open()
    expect(await stopped).toBe(true)
    await confirmed
  })

  it('fails calls that still wait for a reply when it stops', async () => {
    const { bus } = fresh()
    const service = uniqueName()
    await bus.serve(service, {}).unsubscribe()
    await bus.start?.()
    const outcome = bus.request({ service, method: 'get' }, {}).catch((error: unknown) => error)
    await bus.stop?.()
    expect(await outcome).toBeInstanceOf(BusClosedError)
  })

  it('takes no more messages once draining, and finishes those under way', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const blocked = gate()
    const [begun, done]: [string[], string[]] = [[], []]
    bus.subscribe(queueOf(source, { prefetch: 1 }), async ({ id }) => {
      begun.push(id)
      await blocked.opened
      done.push(id)
    })
    await bus.start?.()
    for (const id of ['first', 'second']) void bus.publish(event(source, { id })).catch(() => {})
    await soon(() => expect(begun).toEqual(['first']))
    bus.drain?.()
    blocked.open()
    await fresh().passTime(50)
    expect([begun, done]).toEqual([['first'], ['first']])
  })

  it('goes on answering calls while draining, for those that are served meanwhile depend on them', async () => {
    const { bus } = fresh()
    const service = uniqueName()
    const subscription = bus.serve(service, { get: async () => 'still here' })
    await bus.start?.()
    bus.drain?.()
    expect(await bus.request({ service, method: 'get' }, {})).toBe('still here')
    await subscription.unsubscribe()
  })

  it('is idle before, busy while and idle after a handler', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const blocked = gate()
    let isBegun = false
    bus.subscribe(queueOf(source), async () => {
      isBegun = true
      await blocked.opened
    })
    await bus.start?.()
    expect(bus.idle()).toBe(true)
    const confirmed = bus.publish(event(source))
    await soon(() => expect(isBegun).toBe(true))
    expect(bus.idle()).toBe(false)
    expect(await fresh().metrics()).toMatch(/^toko_bus_pending_messages\{.*\} [1-9]/m)
    blocked.open()
    await confirmed
    await soon(() => expect(bus.idle()).toBe(true))
    expect(await fresh().metrics()).toMatch(/^toko_bus_pending_messages\{.*\} 0$/m)
  })

  it('says whether it is connected', async () => {
    const { bus, metrics } = fresh()
    expect(await metrics()).toMatch(/^toko_bus_connected\{.*\} 0$/m)
    await bus.start?.()
    expect(await metrics()).toMatch(/^toko_bus_connected\{.*\} 1$/m)
    await bus.stop?.()
    expect(await metrics()).toMatch(/^toko_bus_connected\{.*\} 0$/m)
  })

  it('can be stopped without a start', async () => {
    const { bus } = fresh()
    bus.subscribe(queueOf(uniqueName()), async () => {})
    await bus.stop?.()
    await expect(bus.publish(event(uniqueName()))).rejects.toThrow(BusClosedError)
  })

  it('gives nothing to a subscription that comes while draining', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    let deliveries = 0
    await bus.start?.()
    bus.drain?.()
    bus.subscribe(queueOf(source), async () => void deliveries++)
    void bus.publish(event(source)).catch(() => {})
    await fresh().passTime(50)
    expect(deliveries).toBe(0)
  })
}
