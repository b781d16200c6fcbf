import { describe, expect, it } from 'vitest'
import { createChaos } from '../src/in-process/chaos.ts'
import { event, queueOf } from './harness.ts'
import { inProcess } from './in-process-harness.ts'

const faults = { duplicate: 0.2, delay: 0.3, maxDelayMs: 3_000, reorder: 0.3, dropAck: 0.2 }
const versions = Array.from({ length: 40 }, (_, index) => index + 1)

/** Forty versions of one order through the faults of a seed, to a handler that fails on its own now and then too. */
async function runThrough(seed: number, chaos = faults) {
  const { bus, clock } = inProcess({ chaos: { seed, ...chaos }, confirmTimeoutMs: 3_600_000 })
  await bus.start?.()
  const deliveries: number[] = []
  const applied: number[] = []
  bus.subscribe(queueOf('order', { prefetch: 3 }), async ({ version = 0 }, { attempt }) => {
    deliveries.push(version)
    if (attempt === 1 && version % 10 === 0) throw new Error('busy')
    // R8: a follower keeps the last version and ignores what is not newer.
    if (version > (applied.at(-1) ?? 0)) applied.push(version)
  })
  let confirmed = 0
  for (const version of versions)
    void bus.publish(event('order', { id: `evt-${version}`, version })).then(() => confirmed++)
  for (let rounds = 0; rounds < 100 && !(bus.idle() && confirmed === versions.length); rounds++)
    await clock.advance(1_000)
  return { deliveries, applied, confirmed, isIdle: bus.idle(), parked: (await bus.deadLetters().list()).length, clock }
}

describe('chaos mode', () => {
  it('delivers every message at least once, whatever the seed', async () => {
    let [extra, unordered] = [0, 0]
    for (let seed = 1; seed <= 40; seed++) {
      const { deliveries, applied, confirmed, isIdle, parked, clock } = await runThrough(seed)
      const which = `seed ${seed}`
      expect(new Set(deliveries), which).toEqual(new Set(versions))
      expect(applied.at(-1), which).toBe(40)
      expect([confirmed, isIdle, parked, clock.waiting()], which).toEqual([40, true, 0, 0])
      extra += deliveries.length - versions.length - 4
      if (deliveries.some((version, place) => version < (deliveries[place - 1] ?? 0))) unordered++
    }
    // The faults really happen: about 20 % duplicates and 20 % lost acknowledgements of 1,600 messages, no order kept.
    expect(extra).toBeGreaterThan(400)
    expect(unordered).toBe(40)
  })

  it('repeats itself with the same seed, and differs with another', async () => {
    const [first, again, other] = [await runThrough(7), await runThrough(7), await runThrough(8)]
    expect(again.deliveries).toEqual(first.deliveries)
    expect(other.deliveries).not.toEqual(first.deliveries)
  })

  it.each([
    ['nothing', {}, (copies: number) => copies === 40, true],
    ['duplicates', { duplicate: 0.5 }, (copies: number) => copies > 50, true],
    ['lost acknowledgements', { dropAck: 0.5 }, (copies: number) => copies > 50, true],
    ['delays', { delay: 0.5 }, (copies: number) => copies === 40, false],
    ['reorders', { reorder: 0.5 }, (copies: number) => copies === 40, false],
  ])('can do %s alone', async (_, only, isExpected, isOrdered) => {
    const none = { duplicate: 0, delay: 0, maxDelayMs: 1_000, reorder: 0, dropAck: 0 }
    const { deliveries } = await runThrough(3, { ...none, ...only })
    // The four failures of the handler itself come late, with their retry.
    const first = deliveries.filter((version) => version % 10 !== 0)
    expect(isExpected(deliveries.length - 4)).toBe(true)
    expect(first.toSorted((a, b) => a - b).join() === first.join()).toBe(isOrdered)
  })

  it('says that an acknowledgement was lost', async () => {
    const { bus, clock } = inProcess({ chaos: { seed: 2, dropAck: 0.9 } })
    await bus.start?.()
    const seen: boolean[] = []
    bus.subscribe(queueOf('order'), async (_, { redelivered }) => void seen.push(redelivered))
    const confirmed = bus.publish(event('order'))
    await clock.advance(0)
    await confirmed
    expect(seen.length).toBeGreaterThan(1)
    expect(seen).toEqual(seen.map((_, place) => place > 0))
  })

  it('executes calls under faults at least once, and answers each once', async () => {
    const { bus, clock } = inProcess({ chaos: { seed: 5, duplicate: 0.5, dropAck: 0.3 } })
    await bus.start?.()
    let executed = 0
    bus.serve('product', { get: async ({ args }) => [args[0], ++executed] })
    const numbers = Array.from({ length: 30 }, (_, index) => index)
    const replies = Promise.all(
      numbers.map((number) => bus.request({ service: 'product', method: 'get' }, { args: [number] })),
    )
    for (let rounds = 0; rounds < 10; rounds++) await clock.advance(0)
    expect((await replies).map((reply) => (reply as number[])[0])).toEqual(numbers)
    expect(executed).toBeGreaterThan(40)
  })

  it.each([1, -0.1, Number.NaN])('refuses a probability of %s', (dropAck) => {
    expect(() => createChaos({ seed: 1, dropAck })).toThrow(RangeError)
  })
})
