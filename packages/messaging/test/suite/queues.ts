import { expect, it } from 'vitest'
import type { Message } from '../../src/index.ts'
import { event, gate, queueOf, uniqueName, type Fresh, soon } from '../harness.ts'

export function queueCases(fresh: Fresh): void {
  function collect() {
    const got: Message[] = []
    return { got, ids: () => got.map(({ id }) => id), take: async (message: Message) => void got.push(message) }
  }
  const several = (source: string, count: number) => Array.from({ length: count }, () => event(source))
  const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)

  it('names queues as Nameko does', () => {
    const { bus } = fresh()
    const source = uniqueName()
    const ignore = async () => {}
    expect(bus.subscribe(queueOf(source), ignore).queue).toBe(`evt-${source}-order_placed--product.reserve`)
    expect(bus.subscribe(queueOf(source, { kind: 'singleton' }), ignore).queue).toBe(`evt-${source}-order_placed`)
    const { queue } = bus.subscribe(queueOf(source, { kind: 'broadcast' }), ignore)
    expect(queue).toMatch(new RegExp(`^evt-${source}-order_placed--product.reserve-[0-9a-f-]{36}$`))
  })

  it('gives a pool each event once, whichever instance takes it', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const [one, two] = [collect(), collect()]
    bus.subscribe(queueOf(source, { prefetch: 1 }), one.take)
    bus.subscribe(queueOf(source, { prefetch: 1 }), two.take)
    await bus.start?.()
    const sent = several(source, 20)
    await Promise.all(sent.map((message) => bus.publish(message)))
    await soon(() => expect([...one.ids(), ...two.ids()].toSorted()).toEqual(idsOf(sent).toSorted()))
    expect(one.got.length).toBeGreaterThan(0)
    expect(two.got.length).toBeGreaterThan(0)
  })

  it('gives every service and every handler its own copy of the event', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const takers = [
      { service: 'product', handler: 'reserve' },
      { service: 'product', handler: 'count' },
      { service: 'mail', handler: 'reserve' },
    ].map((target) => {
      const taker = collect()
      bus.subscribe(queueOf(source, target), taker.take)
      return taker
    })
    await bus.start?.()
    const sent = event(source)
    await bus.publish(sent)
    await soon(() => expect(takers.map(({ ids }) => ids())).toEqual([[sent.id], [sent.id], [sent.id]]))
  })

  it('gives a singleton each event once among all services', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const [one, two] = [collect(), collect()]
    bus.subscribe(queueOf(source, { kind: 'singleton', service: 'product' }), one.take)
    bus.subscribe(queueOf(source, { kind: 'singleton', service: 'mail' }), two.take)
    await bus.start?.()
    const sent = several(source, 6)
    await Promise.all(sent.map((message) => bus.publish(message)))
    await soon(() => expect([...one.ids(), ...two.ids()].toSorted()).toEqual(idsOf(sent).toSorted()))
  })

  it('gives every broadcast subscription every event', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const [one, two] = [collect(), collect()]
    bus.subscribe(queueOf(source, { kind: 'broadcast' }), one.take)
    bus.subscribe(queueOf(source, { kind: 'broadcast' }), two.take)
    await bus.start?.()
    const sent = event(source)
    await bus.publish(sent)
    await soon(() => expect([one.ids(), two.ids()]).toEqual([[sent.id], [sent.id]]))
  })

  it('forgets a broadcast queue with its subscription', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const subscription = bus.subscribe(queueOf(source, { kind: 'broadcast' }), async () => {})
    await bus.start?.()
    await bus.publish(event(source))
    await subscription.unsubscribe()
    await expect(bus.publish(event(source))).rejects.toThrow(/bound/)
  })

  it('matches wildcards in the type', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const [oneWord, all] = [collect(), collect()]
    bus.subscribe(queueOf(source, { type: 'order.*', handler: 'one' }), oneWord.take)
    bus.subscribe(queueOf(source, { type: '#', handler: 'all' }), all.take)
    await bus.start?.()
    const types = ['order.placed', 'order.placed.v2', 'stock']
    for (const type of types) await bus.publish(event(source, { type }))
    await soon(() => expect(all.got.map(({ type }) => type).toSorted()).toEqual(types.toSorted()))
    expect(oneWord.got.map(({ type }) => type)).toEqual(['order.placed'])
  })

  it('keeps the order with a prefetch of 1', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const taker = collect()
    bus.subscribe(queueOf(source, { prefetch: 1 }), async (message) => {
      for (let turn = 0; turn < taker.got.length % 3; turn++) await Promise.resolve()
      await taker.take(message)
    })
    await bus.start?.()
    const sent = several(source, 50)
    await Promise.all(sent.map((message) => bus.publish(message)))
    await soon(() => expect(taker.ids()).toEqual(idsOf(sent)))
  })

  it('has as many deliveries under way as the prefetch allows, never more', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const blocked = gate()
    let [underWay, most, done] = [0, 0, 0]
    bus.subscribe(queueOf(source, { prefetch: 3 }), async () => {
      most = Math.max(most, ++underWay)
      await blocked.opened
      underWay--
      done++
    })
    await bus.start?.()
    const confirms = several(source, 12).map((message) => bus.publish(message))
    await soon(() => expect(underWay).toBe(3))
    blocked.open()
    await Promise.all(confirms)
    await soon(() => expect(done).toBe(12))
    expect(most).toBe(3)
  })

  it.each([0, -1, 1.5, 65_536, Number.NaN])('refuses a prefetch of %s', (prefetch) => {
    const { bus } = fresh()
    expect(() => bus.subscribe(queueOf(uniqueName(), { prefetch }), async () => {})).toThrow(RangeError)
  })

  it('refuses a queue name that cannot be declared', () => {
    const { bus } = fresh()
    const spec = queueOf(uniqueName(), { handler: 'h'.repeat(200) })
    expect(() => bus.subscribe(spec, async () => {})).toThrow(/215/)
  })

  it('has 10 deliveries under way by default', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const blocked = gate()
    let underWay = 0
    bus.subscribe(queueOf(source), async () => {
      underWay++
      await blocked.opened
    })
    await bus.start?.()
    const confirms = several(source, 15).map((message) => bus.publish(message))
    await soon(() => expect(underWay).toBe(10))
    blocked.open()
    await Promise.all(confirms)
    await soon(() => expect(underWay).toBe(15))
  })
}
