import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable } from './database-errors.ts'

const limitMs = 60_000

/**
 * For work at the start of a service that may be done again: repeats it with back-off while the database can't be reached,
 * since a server that ends between two steps of a start is no reason to end too.
 * @throws the last error after a minute, any other error at once
 */
export async function untilReachable<T>(work: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + limitMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > untilMs) throw error
      await sleep(Math.min(5000, 200 * 2 ** attempt))
    }
  }
}
