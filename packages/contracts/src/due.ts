/** Clocks of two processes may be so far apart without any fault. */
const clockSkewMs = 60_000

/** No process with a right clock sets a due time later than this. @param longestWaitMs the longest that any of them puts off */
export const latestDueMs = (nowMs: number, longestWaitMs: number): number => nowMs + longestWaitMs + clockSkewMs

/**
 * Whether a sweeper takes it: its time has come, or lies after `latestMs`. The second was written by a clock that jumped ahead
 * and back; waiting for it would stop the work for the length of the jump.
 */
export const isDue = (dueAtMs: number | undefined, nowMs: number, latestMs: number): dueAtMs is number =>
  dueAtMs !== undefined && (dueAtMs <= nowMs || dueAtMs > latestMs)

/** The longest pause that backoffMs() gives. */
export const longestBackoffMs = ({ maxBackoffMs }: { readonly maxBackoffMs: number }): number => 1.5 * maxBackoffMs
