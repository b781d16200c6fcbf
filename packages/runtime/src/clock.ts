/** Wall clock in milliseconds since 1970. Decides only when something is tried, never what is decided (R14). */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
