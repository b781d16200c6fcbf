import { type Clock, systemClock } from '@toko/runtime'

/** Reads time and waits; a test puts its own in (manual-clock.ts). */
export interface BusClock extends Clock {
  /** Runs `work` once in `ms` milliseconds. Returns how to call it off. */
  after(ms: number, work: () => void): () => void
}

export const systemBusClock: BusClock = {
  now: systemClock.now,
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}
