/** How guesses are slowed down: never for ever, and a correct password is never refused for longer than `maxDelayMs`. */
export interface ThrottleLimits {
  /** Failures without a delay; the next one costs 1 s, each further one twice as much. */
  readonly freeFails: number
  /** Guesses, failed or under way, per window. */
  readonly maxPerWindow: number
  readonly windowMs: number
  readonly maxDelayMs: number
}

export interface ThrottleState {
  /** Guesses that were let through in this window: those under way count, or a burst in parallel would be free. */
  readonly attempts: number
  readonly fails: number
  readonly windowEndsAtMs: number
  readonly blockedUntilMs: number
}

const firstDelayMs = 1000

const fresh = (nowMs: number, { windowMs }: ThrottleLimits): ThrottleState => ({
  attempts: 0,
  fails: 0,
  windowEndsAtMs: nowMs + windowMs,
  blockedUntilMs: 0,
})

/** Delays grow with the failures of one window and end with it. */
function current(state: ThrottleState | null, nowMs: number, limits: ThrottleLimits): ThrottleState {
  const isOver = state === null || state.windowEndsAtMs <= nowMs
  return isOver ? { ...fresh(nowMs, limits), blockedUntilMs: state?.blockedUntilMs ?? 0 } : state
}

/** Milliseconds until the next guess is let through; 0 when it is now. */
export function waitMs(state: ThrottleState | null, nowMs: number, limits: ThrottleLimits): number {
  const now = current(state, nowMs, limits)
  const blockedMs = Math.max(0, now.blockedUntilMs - nowMs)
  if (now.attempts < limits.maxPerWindow) return blockedMs
  // the window is used up: by failures until it ends, by guesses under way until they are judged
  const windowMs = now.fails >= limits.maxPerWindow ? now.windowEndsAtMs - nowMs : firstDelayMs
  return Math.min(Math.max(blockedMs, windowMs), limits.maxDelayMs)
}

export function withAttempt(state: ThrottleState | null, nowMs: number, limits: ThrottleLimits): ThrottleState {
  const now = current(state, nowMs, limits)
  return { ...now, attempts: now.attempts + 1 }
}

/** A guess that was not judged, because the service was busy, gives its place back. */
export function withoutAttempt(state: ThrottleState | null, nowMs: number, limits: ThrottleLimits): ThrottleState {
  const now = current(state, nowMs, limits)
  return { ...now, attempts: Math.max(now.fails, now.attempts - 1) }
}

export function withFailure(state: ThrottleState | null, nowMs: number, limits: ThrottleLimits): ThrottleState {
  const now = current(state, nowMs, limits)
  const fails = now.fails + 1
  const delayMs =
    fails < limits.freeFails
      ? 0
      : Math.min(firstDelayMs * 2 ** Math.min(fails - limits.freeFails, 30), limits.maxDelayMs)
  return {
    ...now,
    fails,
    attempts: Math.max(now.attempts, fails),
    blockedUntilMs: Math.max(now.blockedUntilMs, delayMs === 0 ? 0 : nowMs + delayMs),
  }
}
