/** order-protocol.md, "Timeouts": reconnect after 0.2–10 s, full jitter, so that a fleet does not return in one instant. */
const [firstMs, longestMs] = [200, 10_000]

/** A random pause up to a bound that doubles with each failure. @param failures in a row, from 0 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20)))
}
