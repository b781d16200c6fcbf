/** What a request asked for; each has an Idempotency-Key. */
export type Op = 'place' | 'pay' | 'cancel' | 'ship' | 'deliver' | 'refund' | 'return'

/**
 * What a client knows after one attempt (order-protocol.md, "How to test it" 5): `ok` the shop acknowledged it · `fail`
 * it certainly did not happen · `info` nobody knows.
 */
export type Outcome = 'ok' | 'fail' | 'info'

/** First line of a history: whose orders and which goods belong to the run. */
export interface RunRecord {
  readonly type: 'run'
  readonly run: string
  readonly seed: number
  readonly clients: number
  readonly startedAt: string
  readonly users: readonly string[]
  /** Stock as the run delivered it: what can be sold at most, whatever the product service says later. */
  readonly goods: readonly { readonly sku: string; readonly stock: number }[]
}

/** On disk before the first send of its key, so that whatever happens later is expected (R1 for the client). */
export interface IntentRecord {
  readonly type: 'intent'
  readonly client: number
  readonly seq: number
  readonly op: Op
  readonly journey: string
  readonly userId: string
  readonly key: string
  readonly bodyHash: string
  /** Of acts on an order that exists. */
  readonly orderId: string | null
  /** Monotonic ms of the client's process. */
  readonly t0: number
}

/** One attempt on the wire. */
export interface AttemptRecord {
  readonly type: 'attempt'
  readonly client: number
  readonly seq: number
  readonly op: Op
  readonly key: string
  readonly bodyHash: string
  readonly t0: number
  readonly t1: number
  readonly outcome: Outcome
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  readonly orderId: string | null
  /** Id of the shipment, refund, … that the shop says it made. */
  readonly madeId?: string
  /** Problem code, or why nobody knows. */
  readonly reason?: string
}

export type HistoryRecord = RunRecord | IntentRecord | AttemptRecord
