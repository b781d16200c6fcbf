const longestMs = 60_000

/** What the longest pause is, jitter included. */
export const longestBackoffMs = 1.5 * longestMs

/** Pause before the next attempt: doubles from `firstMs` to a minute, ± 50 %. @param random in [0, 1) */
export function backoffMs(attempts: number, firstMs: number, random: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(30, attempts - 1)) * (0.5 + random)
}
