import type { StockEntryState, StockLevel } from '@toko/contracts'
import type { Movement } from './movement.ts'

/** What one reservation did to one SKU. R and C never change again. */
export interface StockEntry {
  readonly rid: string
  readonly qty: number
  readonly s: StockEntryState
  readonly epoch: number
  /** ms of the last change. */
  readonly at: number
}

/** The whole of a SKU's stock, as a sweeper looks at it. */
export interface StockState {
  readonly onHand: number
  readonly available: number
  readonly reserved: number
  readonly watermark: number
  readonly entries: readonly StockEntry[]
  readonly seq: number
  readonly rev: number
  readonly pending: readonly Movement[]
}

/** What the next movement of a SKU builds on. */
export interface MoveBasis {
  readonly seq: number
  readonly onHand: number
  /** The entry of the reservation it is for. */
  readonly entry?: StockEntry
  /** The movement was made before. */
  readonly isMade: boolean
}

/** A wish to hold, release or close: the reservation's id, quantity and epoch. */
export interface Hold {
  readonly rid: string
  readonly quantity: number
  readonly epoch: number
}

/**
 * held: the entry is active now (also when it was before) · short: not enough · closed: this reservation's entry is released
 * or consumed · too-old: entries of its time may be pruned (R7) · full: too many entries, ask again.
 */
export type HoldResult =
  | { readonly kind: 'held' }
  | { readonly kind: 'short'; readonly available: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'too-old' }
  | { readonly kind: 'full' }

export function stockLevelOf(available: number, lowStock: number): StockLevel {
  if (available <= 0) return 'out'
  return available <= lowStock ? 'low' : 'in-stock'
}

/** Of several variants the best one counts. */
export function bestLevel(levels: readonly StockLevel[]): StockLevel {
  if (levels.includes('in-stock')) return 'in-stock'
  return levels.includes('low') ? 'low' : 'out'
}
