/** A moment by which an answer is owed. Measured on the monotonic clock, so a jump of the wall clock changes nothing. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  remainingMs(): number
  hasPassed(): boolean
}

export function deadlineIn(ms: number): Deadline {
  const at = performance.now() + ms
  const remainingMs = () => Math.max(0, at - performance.now())
  return { remainingMs, hasPassed: () => remainingMs() === 0 }
}
