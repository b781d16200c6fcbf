import type { BusClock } from '../bus-clock.ts'

/** True when the work ended in time. Its failure is told, its delay is not: it goes on. */
export async function within(clock: BusClock, limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = () => {}
  const limit = new Promise<boolean>((resolve) => (cancel = clock.after(limitMs, () => resolve(false))))
  try {
    return await Promise.race([work.then(() => true), limit])
  } finally {
    cancel()
  }
}
