import { setImmediate as turn } from 'node:timers/promises'
import type { BusClock } from './bus-clock.ts'

export interface ManualClock extends BusClock {
  /** Moves time, running what falls due in order, each with time for its consequences. */
  advance(ms: number): Promise<void>
  /** How many waits are not yet due: a leak check. */
  waiting(): number
}

/** Turns of the event loop that follow each due timer: enough for a delivery, its handler and its acknowledgement. */
const turnsPerStep = 20

/** A clock that stands still until told, for tests of delays and time-outs. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs
  const waits = new Set<{ readonly atMs: number; readonly work: () => void }>()
  const settle = async () => {
    for (let passed = 0; passed < turnsPerStep; passed++) await turn()
  }
  return {
    now: () => now,
    waiting: () => waits.size,
    after(ms, work) {
      const wait = { atMs: now + ms, work }
      waits.add(wait)
      return () => void waits.delete(wait)
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (;;) {
        const due = [...waits].filter((wait) => wait.atMs <= until).toSorted((a, b) => a.atMs - b.atMs)[0]
        if (!due) break
        waits.delete(due)
        now = Math.max(now, due.atMs)
        due.work()
        await settle()
      }
      now = until
    },
  }
}
