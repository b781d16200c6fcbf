import type { MovementKind, StockMovement } from '@toko/contracts'

/** A row of the ledger. It waits in the stock's own document (`pending`) until it is copied, so both are one write. */
export interface Movement {
  readonly id: string
  readonly seq: number
  /** Absent in rows of before there were others: an adjustment. */
  readonly kind?: MovementKind
  readonly delta: number
  /** On hand after it. */
  readonly onHand: number
  readonly reason: string
  readonly actor: string
  /** Idempotency key with its scope. */
  readonly key: string
  readonly bodyHash: string
  /** ms */
  readonly at: number
}

/** Exact stock of a SKU, with the movements that are not in the ledger yet. */
export interface Balance {
  readonly sku: string
  readonly onHand: number
  readonly available: number
  readonly reserved: number
  /** Number of the last movement. */
  readonly seq: number
  readonly rev: number
  readonly pending: readonly Movement[]
}

export function viewMovement(sku: string, movement: Movement): StockMovement {
  const { id, seq, kind = 'adjustment', delta, onHand, reason, actor, at } = movement
  return { id, sku, seq, delta, onHand, kind, reason, actor, createdAt: new Date(at).toISOString() }
}
