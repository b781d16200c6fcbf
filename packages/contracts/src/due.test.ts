import { expect, it } from 'vitest'
import { isDue, latestDueMs } from './due.ts'

it.each([
  [undefined, false],
  [-1e12, true],
  [1000, true],
  [1001, false],
  // Now 1000, put off by 5000 at most, clocks up to a minute apart.
  [66_000, false],
  [66_001, true],
  [3_601_000, true],
])('due at %s when it is 1000: %s', (dueAt, expected) => {
  expect(isDue(dueAt, 1000, latestDueMs(1000, 5000))).toBe(expected)
})
