import { longestBackoffMs } from '@toko/contracts'

/** Time limits of the protocol in ms; defaults and reasons: order-protocol.md, "Timeouts". */
export interface Limits {
  /** A reservation that is still `reserving` after this is taken over by a sweeper. */
  readonly reservingLimitMs: number
  /** A hold older than this is reported to the order service, and again after each `overdueRepeatMs`. Never released by clock (R14). */
  readonly heldLimitMs: number
  readonly overdueRepeatMs: number
  /** Tombstones and consumed entries of final reservations stay this long. */
  readonly entryRetentionMs: number
  readonly maxBackoffMs: number
}

/** No reservation is put off for longer. */
export const longestWaitMs = (limits: Limits): number =>
  Math.max(limits.reservingLimitMs, limits.heldLimitMs, limits.overdueRepeatMs, longestBackoffMs(limits))
