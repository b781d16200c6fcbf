/** Runs work at most so many at a time, first come first served. */
export type Bounded = <T>(work: () => Promise<T>) => Promise<T>

/**
 * A crowd waits here instead of in the driver's pool, which gives up after half a second: those in front are served at once
 * and the last ones late. Without it 200 buyers at once on two busy cores were late together, and some got a 503.
 */
export function bounded(limit: number): Bounded {
  const waiting: (() => void)[] = []
  let free = limit
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
