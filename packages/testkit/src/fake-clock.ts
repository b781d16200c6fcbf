import type { Clock } from '@toko/runtime'

export interface FakeClock extends Clock {
  advance(ms: number): void
}

/** A wall clock that moves only when told. Starts at the real time so that expiry dates stay plausible. */
export function fakeClock(startMs = Date.now()): FakeClock {
  let now = startMs
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}
