import { describe, expect, it } from 'vitest'
import { backoffMs, retryAfterMs } from './backoff.ts'

describe('backoffMs', () => {
  it('spreads over the whole range, which doubles', () => {
    for (const [retriesDone, top] of [
      [0, 50],
      [1, 100],
    ] as const) {
      const drawn = Array.from({ length: 500 }, () => backoffMs(retriesDone))
      expect(Math.min(...drawn)).toBeLessThan(top * 0.1)
      expect(Math.max(...drawn)).toBeGreaterThan(top * 0.9)
      expect(Math.max(...drawn)).toBeLessThan(top)
    }
  })
})

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    expect(retryAfterMs('2')).toBe(2000)
    expect(retryAfterMs(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(58_000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0)
  })

  it.each([null, '', '-1', '1.5', 'soon', '1e3', '99999999999'])('ignores %j', (header) => {
    expect(retryAfterMs(header)).toBeUndefined()
  })
})
