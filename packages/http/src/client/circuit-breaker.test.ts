import { describe, expect, it } from 'vitest'
import { breakerDefaults, type BreakerState, CircuitBreaker } from './circuit-breaker.ts'

function setup() {
  let now = 50_000
  const states: BreakerState[] = []
  const breaker = new CircuitBreaker({ now: () => now }, breakerDefaults, (state) => states.push(state))
  const settle = (outcome: 'worked' | 'failed', times: number) => {
    for (let i = 0; i < times; i++) breaker.admit()?.(outcome)
  }
  return { breaker, states, settle, pass: (ms: number) => (now += ms) }
}

describe('CircuitBreaker', () => {
  it('stays closed below 20 calls and below half of them', () => {
    const { states, settle } = setup()
    settle('failed', 9)
    settle('worked', 11)
    settle('failed', 1)
    expect(states).toEqual([])
  })

  it('opens at half of 20 calls', () => {
    const { breaker, states, settle } = setup()
    settle('worked', 10)
    settle('failed', 10)
    expect(states).toEqual(['open'])
    expect(breaker.admit()).toBeUndefined()
  })

  it('forgets what is older than the window', () => {
    const { states, settle, pass } = setup()
    settle('failed', 19)
    pass(10_000)
    settle('failed', 19)
    expect(states).toEqual([])
    settle('failed', 1)
    expect(states).toEqual(['open'])
  })

  it('counts failures spread over the whole window', () => {
    const { states, settle, pass } = setup()
    for (let second = 0; second < 10; second++) {
      settle('failed', 2)
      pass(990)
    }
    expect(states).toEqual(['open'])
  })

  it('lets exactly one probe through after 1 to 5 s, drawn anew', () => {
    const waits = Array.from({ length: 200 }, () => {
      const { breaker, settle, pass } = setup()
      settle('failed', 20)
      let waitedMs = 0
      while (!breaker.admit()) waitedMs += pass(100) && 100
      expect(breaker.admit()).toBeUndefined()
      return waitedMs
    })
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000)
    expect(Math.min(...waits)).toBeLessThan(1500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(5000)
    expect(Math.max(...waits)).toBeGreaterThan(4500)
  })

  it('closes when the probe works and starts counting afresh', () => {
    const { states, settle, pass } = setup()
    settle('failed', 20)
    pass(5000)
    settle('worked', 1)
    expect(states).toEqual(['open', 'half-open', 'closed'])
    settle('failed', 19)
    expect(states).toHaveLength(3)
  })

  it('opens for another time when the probe fails', () => {
    const { breaker, states, settle, pass } = setup()
    settle('failed', 20)
    pass(5000)
    settle('failed', 1)
    expect(states).toEqual(['open', 'half-open', 'open'])
    pass(999)
    expect(breaker.admit()).toBeUndefined()
  })

  it('ignores late outcomes of calls from before it opened', () => {
    const { breaker, states, settle, pass } = setup()
    const late = breaker.admit()
    settle('failed', 20)
    pass(5000)
    const probe = breaker.admit()
    late?.('failed')
    expect(states).toEqual(['open', 'half-open'])
    probe?.('worked')
    expect(states.at(-1)).toBe('closed')
  })
})
