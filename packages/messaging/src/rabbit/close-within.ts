import { setTimeout as sleep } from 'node:timers/promises'

/** A broker that hangs answers no good-bye; the heartbeat ends such a connection later. */
const goodbyeLimitMs = 2_000

/** Closes a connection or channel, which may be closed or closing already, and waits for its end, but not for ever. */
export async function closeWithin(close: () => Promise<void>, closed: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  try {
    const asked = close().then(() => closed)
    await Promise.race([asked, closed, sleep(goodbyeLimitMs, undefined, { signal: patience.signal })])
  } catch {
    // closed or closing: amqplib refuses to do it twice
  } finally {
    patience.abort()
  }
}
