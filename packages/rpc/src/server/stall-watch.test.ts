import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { stallWatch } from './stall-watch.ts'

let nowMs = 0
const watch = () => stallWatch(() => nowMs)

beforeEach(() => {
  nowMs = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

/** The event loop runs for so long. */
function runs(ms: number): void {
  for (let left = ms; left > 0; left -= 50) {
    nowMs += 50
    vi.advanceTimersByTime(50)
  }
}

it('counts nothing while the loop runs, and nothing before it watches', () => {
  const watched = watch()
  nowMs = 60_000
  expect(watched.waitedAtMostMs()).toBe(0)
  void watched.start?.()
  runs(1000)
  expect(watched.waitedAtMostMs()).toBe(0)
  void watched.stop?.()
})

it('tells how long a request may have waited that comes before or just after the next tick', () => {
  const watched = watch()
  void watched.start?.()
  runs(1000)
  nowMs += 5000 // stopped
  expect(watched.waitedAtMostMs()).toBe(5000)
  vi.advanceTimersByTime(100)
  nowMs += 40
  expect(watched.waitedAtMostMs()).toBe(5040)
  runs(300)
  expect(watched.waitedAtMostMs()).toBe(0)
  void watched.stop?.()
})
