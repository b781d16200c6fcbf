import { setTimeout as sleep } from 'node:timers/promises'

/** A broker that hangs answers no good-bye; the heartbeat ends such a connection later. */
const goodbyeLimitMs = 2_000

/** Waits for what the broker has to answer, but not for ever; that it can't be asked any more is no failure. */
export async function patiently(asked: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  const limit = sleep(goodbyeLimitMs, undefined, { signal: patience.signal }).catch(() => {})
  await Promise.race([asked.catch(() => {}), limit])
  patience.abort()
}
