import { describe, expect, it } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

function setup() {
  let now = 1_000_000
  const budget = new RetryBudget({ now: () => now })
  const spend = () => {
    let retries = 0
    while (budget.tryRetry()) retries++
    return retries
  }
  return { budget, spend, pass: (ms: number) => (now += ms) }
}

describe('RetryBudget', () => {
  it('starts with the retries of one second', () => {
    expect(setup().spend()).toBe(3)
  })

  it('earns three a second and one per ten calls', () => {
    const { budget, spend, pass } = setup()
    spend()
    pass(1000)
    expect(spend()).toBe(3)
    for (let call = 0; call < 20; call++) budget.countCall()
    expect(spend()).toBe(2)
  })

  it('saves up no more than its capacity', () => {
    const { budget, spend, pass } = setup()
    pass(3_600_000)
    for (let call = 0; call < 10_000; call++) budget.countCall()
    expect(spend()).toBe(10)
  })

  it('earns nothing when the clock goes back', () => {
    const { spend, pass } = setup()
    spend()
    pass(-5000)
    expect(spend()).toBe(0)
    pass(1000)
    expect(spend()).toBe(3)
  })

  it('holds 10 % + 3/s over a minute of failing calls at 100 a second', () => {
    const { budget, pass } = setup()
    let retries = 0
    for (let call = 0; call < 6000; call++) {
      budget.countCall()
      if (budget.tryRetry()) retries++
      pass(10)
    }
    expect(retries).toBeLessThanOrEqual(600 + 3 * 61)
    expect(retries).toBeGreaterThan(600 + 3 * 59)
  })
})
