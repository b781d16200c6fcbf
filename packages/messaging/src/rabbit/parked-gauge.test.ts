import { describe, expect, it } from 'vitest'
import { BusBlockedError } from '../errors.ts'
import { manualClock } from '../manual-clock.ts'
import { createParkedGauge } from './parked-gauge.ts'

/** Queues that exist have a number; every question is written down. */
function started(existing: Record<string, number>, labels = ['one', 'two']) {
  const clock = manualClock()
  const asked: string[] = []
  let isAway = false
  const count = async (label: string) => {
    asked.push(label)
    if (isAway) throw new BusBlockedError('no broker')
    return existing[label]
  }
  const gauge = createParkedGauge({ queues: { count }, clock, labels: () => labels })
  gauge.start()
  const asks = async (ms: number) => {
    asked.length = 0
    await clock.advance(ms)
    return [...asked]
  }
  return { gauge, clock, asks, leave: (is: boolean) => (isAway = is) }
}

describe('the gauge of parked messages', () => {
  it('asks for each queue once, and then only for those that exist', async () => {
    const { asks } = started({ one: 0 })
    expect(await asks(1_000)).toEqual(['one', 'two'])
    expect(await asks(30_000)).toEqual(['one'])
    expect(await asks(60_000)).toEqual(['one', 'one'])
  })

  it('asks soon after messages were parked, once for many', async () => {
    const { gauge, asks } = started({ two: 3 }, ['two'])
    await asks(1_000)
    const unknown = started({})
    await unknown.asks(1_000)
    for (let count = 0; count < 5; count++) unknown.gauge.parked('one')
    expect(await unknown.asks(1_000)).toEqual(['one'])
    gauge.parked('two')
    gauge.parked('two')
    expect(await asks(1_000)).toEqual(['two'])
  })

  it('asks for queues that were subscribed to later', async () => {
    const labels = ['one']
    const { asks } = started({}, labels)
    await asks(1_000)
    labels.push('late')
    expect(await asks(30_000)).toEqual(['late'])
  })

  it('goes on when the broker was away, and not after its stop', async () => {
    const { gauge, clock, asks, leave } = started({ one: 1 }, ['one'])
    leave(true)
    expect(await asks(1_000)).toEqual(['one'])
    leave(false)
    expect(await asks(30_000)).toEqual(['one'])
    gauge.stop()
    gauge.parked('one')
    expect(await asks(120_000)).toEqual([])
    expect(clock.waiting()).toBe(0)
  })
})
