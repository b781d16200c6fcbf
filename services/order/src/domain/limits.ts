/** Time limits of the protocol in ms; defaults and reasons in order-protocol.md, "Timeouts". */
export interface Limits {
  /** First look of a sweeper at a new order. */
  readonly firstSweepMs: number
  readonly pendingLimitMs: number
  readonly payingLimitMs: number
  readonly unpaidHoldMs: number
  /** A key is not called again after this: providers forget keys, and then the same key charges again (R12). */
  readonly keyLifeMs: number
  readonly maxBackoffMs: number
  readonly maxPaymentAttempts: number
  /** What follows a confirmation (capture, goods, money back) and is not done after this raises an alert. */
  readonly captureAlertMs: number
  readonly authorisedAlertMs: number
  /** Goods can be sent back for this long after the last delivery. */
  readonly returnWindowMs: number
}
