import type { ThrottleState } from '../domain/throttle.ts'

export interface ThrottleStore {
  /** One more attempt, in one write, if the window is open, not blocked and not full; false says nothing about why. */
  tryAttempt(key: string, nowMs: number, maxPerWindow: number): Promise<boolean>
  /** Compare-and-set: `decide` gets the stored state and gives the next, or undefined to leave it. Resolves with what it saw. */
  update(
    key: string,
    decide: (state: ThrottleState | null) => ThrottleState | undefined,
    rounds?: number,
  ): Promise<{ readonly before: ThrottleState | null; readonly isWritten: boolean }>
  delete(key: string): Promise<void>
  /** As count, without counting. */
  peek(key: string, windowMs: number): Promise<{ readonly count: number; readonly remainingMs: number }>
  /** Counts one more in the window that now belongs to; resolves with the count and the window's rest. */
  count(key: string, windowMs: number): Promise<{ readonly count: number; readonly remainingMs: number }>
}
