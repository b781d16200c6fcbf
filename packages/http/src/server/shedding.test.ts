import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { type LoadGauge, loadGauge } from './shedding.ts'

let gauge: LoadGauge
afterEach(() => gauge.stop?.())

const block = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('load gauge', () => {
  it('refuses beyond the requests that may be under way', () => {
    gauge = loadGauge({ maxInFlight: 2, maxLoopDelayMs: 100 })
    expect([1, 2, 3].map((inFlight) => gauge.isOverloaded(inFlight))).toEqual([false, false, true])
  })

  it('refuses while the event loop stays slow, and not any longer', async () => {
    gauge = loadGauge({ maxInFlight: 100, maxLoopDelayMs: 100 })
    await gauge.start?.()
    for (let i = 0; i < 12; i++) {
      block(250)
      await sleep(1)
    }
    expect(gauge.isOverloaded(1)).toBe(true)
    await eventually(() => expect(gauge.isOverloaded(1)).toBe(false))
  })

  it('does not mind a single pause', async () => {
    gauge = loadGauge({ maxInFlight: 100, maxLoopDelayMs: 100 })
    await gauge.start?.()
    await sleep(300)
    block(400)
    await sleep(900)
    expect(gauge.isOverloaded(1)).toBe(false)
  })
})
