import { setTimeout as sleep } from 'node:timers/promises'

/** Repeats `check` until it stops throwing and returns its value; fails with the last error. Never a fixed sleep. */
export async function eventually<T>(
  check: () => Promise<T> | T,
  { timeoutMs = 30_000, everyMs = 20 } = {},
): Promise<T> {
  const until = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(everyMs)
    }
  }
}
