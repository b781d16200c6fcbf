import { describe, expect, it } from 'vitest'
import { BusClosedError } from '../errors.ts'
import { manualClock } from '../manual-clock.ts'
import { keepOpen, type Resource } from './keep-open.ts'

describe('keepOpen', () => {
  interface Fake extends Resource {
    readonly number: number
    end(error?: Error): void
  }

  function setUp({ failures = 0 } = {}) {
    const clock = manualClock()
    const opened: Fake[] = []
    const triesAtMs: number[] = []
    const troubles: unknown[] = []
    const startMs = clock.now()
    const kept = keepOpen<Fake>({
      clock,
      onTrouble: (error) => troubles.push(error),
      async open() {
        triesAtMs.push(clock.now() - startMs)
        if (triesAtMs.length <= failures) throw new Error('refused')
        const { promise, resolve } = Promise.withResolvers<Error | undefined>()
        const fake = {
          number: opened.length,
          closed: promise,
          close: async () => resolve(undefined),
          end: (error?: Error) => resolve(error ?? new Error('lost')),
        }
        opened.push(fake)
        return fake
      },
    })
    return { clock, kept, opened, triesAtMs, troubles }
  }

  it('opens at once, and again when it ends by itself', async () => {
    const { clock, kept, opened, troubles } = setUp()
    kept.start()
    expect((await kept.opened()).number).toBe(0)
    opened[0]?.end()
    await clock.advance(0)
    expect(kept.current()).toBeUndefined()
    const next = kept.opened()
    await clock.advance(200)
    expect((await next).number).toBe(1)
    expect(kept.current()?.number).toBe(1)
    expect(troubles).toHaveLength(1)
  })

  it('waits longer with each failure, never longer than 10 s', async () => {
    const { clock, kept, triesAtMs, troubles } = setUp({ failures: 40 })
    kept.start()
    await kept.tried()
    await clock.advance(600_000)
    const pauses = triesAtMs.slice(1).map((atMs, index) => atMs - (triesAtMs[index] ?? 0))
    expect(troubles).toHaveLength(40)
    expect(Math.max(...pauses.slice(0, 3))).toBeLessThanOrEqual(800)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000)
    expect(Math.max(...pauses.slice(10))).toBeGreaterThan(5_000)
    expect(new Set(pauses.slice(10)).size).toBeGreaterThan(10) // full jitter
  })

  it('tells one that flaps from one that lived: only the former waits longer', async () => {
    const flapping = setUp()
    flapping.kept.start()
    for (let round = 0; round < 300; round++) {
      flapping.opened.at(-1)?.end()
      await flapping.clock.advance(200)
    }
    expect(flapping.opened.length).toBeLessThan(60) // in 60 s; 300 if each end were a new trouble
    const lived = setUp()
    lived.kept.start()
    for (let round = 0; round < 12; round++) {
      await lived.clock.advance(1_000)
      lived.opened.at(-1)?.end()
      await lived.clock.advance(200)
    }
    expect(lived.opened).toHaveLength(13)
  })

  it.each(['open', 'ended', 'never started'] as const)('rejects who asks after its stop: %s', async (state) => {
    const { clock, kept, opened } = setUp()
    if (state !== 'never started') {
      kept.start()
      await kept.opened()
    }
    if (state === 'ended') opened[0]?.end()
    await clock.advance(0)
    const stopped = kept.stop()
    await clock.advance(0)
    await stopped
    await expect(kept.opened()).rejects.toThrow(BusClosedError)
    expect(kept.current()).toBeUndefined()
    await clock.advance(60_000)
    expect(clock.waiting()).toBe(0)
    expect(opened.length).toBeLessThanOrEqual(1)
  })

  it('closes what comes too late, when it was stopped while opening', async () => {
    const { clock, kept, opened } = setUp()
    kept.start()
    const stopped = kept.stop()
    await clock.advance(0)
    await stopped
    await expect(opened[0]?.closed).resolves.toBeUndefined()
    expect(kept.current()).toBeUndefined()
  })
})
