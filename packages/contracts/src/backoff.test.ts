import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

it('doubles to the limit, within half and one and a half, the same for the same attempt', () => {
  for (const [attempts, mean] of [
    [0, 1000],
    [1, 2000],
    [5, 32_000],
    [6, 60_000],
    [400, 60_000],
  ] as const) {
    const pause = backoffMs('ord_1', attempts, { maxBackoffMs: 60_000 })
    expect(pause / mean).toBeGreaterThanOrEqual(0.5)
    expect(pause / mean).toBeLessThan(1.5)
    expect(backoffMs('ord_1', attempts, { maxBackoffMs: 60_000 })).toBe(pause)
  }
})
