import { describe, expect, it } from 'vitest'
import { type ThrottleState, waitMs, withAttempt, withFailure, withoutAttempt } from './throttle.ts'

const minute = 60_000
const limits = { freeFails: 5, maxPerWindow: 10, windowMs: 15 * minute, maxDelayMs: 15 * minute }
const guess = (state: ThrottleState | null, now: number) => withFailure(withAttempt(state, now, limits), now, limits)

/** Fails as fast as the throttle lets it, for so long. */
function attack(forMs: number) {
  let state: ThrottleState | null = null
  const guesses: number[] = []
  for (let now = 0; now < forMs;) {
    const wait = waitMs(state, now, limits)
    expect(wait).toBeLessThanOrEqual(limits.maxDelayMs)
    if (wait > 0) now += wait
    else {
      guesses.push(now)
      state = guess(state, now)
    }
  }
  return guesses
}

describe('throttle', () => {
  it('delays from the fifth failure on by 1 s × 2^(fails − 5)', () => {
    const at = attack(60_000)
    expect(at.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 1000, 3000, 7000, 15_000])
  })

  it('lets 10 guesses pass per 15 minutes, day after day', () => {
    const guesses = attack(24 * 60 * minute)
    expect(guesses.length).toBe(10 * 4 * 24)
    for (const start of guesses)
      expect(guesses.filter((at) => at >= start && at < start + 14 * minute).length).toBeLessThanOrEqual(10)
  })

  it('counts guesses that are under way, and asks to wait a second for them', () => {
    let state: ThrottleState | null = null
    for (let i = 0; i < 10; i++) state = withAttempt(state, 0, limits)
    expect(waitMs(state, 0, limits)).toBe(1000)
    expect(waitMs(withoutAttempt(state, 0, limits), 0, limits)).toBe(0)
  })

  it('never gives back the place of a failure', () => {
    let state: ThrottleState | null = null
    for (let i = 0; i < 10; i++) state = guess(state, 0)
    expect(withoutAttempt(state, 0, limits).attempts).toBe(10)
    expect(waitMs(state, 0, limits)).toBe(15 * minute)
    expect(waitMs(state, 15 * minute, limits)).toBe(0)
  })
})
