import { setTimeout as sleep } from 'node:timers/promises'
import { CallError, ProblemAnswer } from '@toko/http'

/** How long clients go on trying; a shop under faults answers late, not never. */
export interface Patience {
  /** When what begins now is given up, monotonic ms. */
  untilMs(): number
  /** From now on everything has this long at most. */
  shorten(ms: number): void
}

export function patience(perActMs: number): Patience {
  let endMs = Number.POSITIVE_INFINITY
  return {
    untilMs: () => Math.min(performance.now() + perActMs, endMs),
    shorten(ms) {
      endMs = Math.min(endMs, performance.now() + ms)
    },
  }
}

/** 50 ms, doubled each time up to 2 s, ± 50 %. */
export const backoffMs = (tries: number) => Math.min(2000, 50 * 2 ** tries) * (0.5 + Math.random())

/** Repeats a call that changes nothing or nothing twice until it is answered. @throws its last failure */
export async function patiently<T>(limits: Patience, work: () => Promise<T>): Promise<T> {
  const untilMs = limits.untilMs()
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const isPassing = error instanceof CallError || (error instanceof ProblemAnswer && error.status === 401)
      const pauseMs = backoffMs(tries)
      if (!isPassing || performance.now() + pauseMs > Math.min(untilMs, limits.untilMs())) throw error
      await sleep(pauseMs)
    }
  }
}
