import type { Movement } from '../domain/movement.ts'
import type { Hold, HoldResult, MoveBasis, StockEntry, StockState } from '../domain/stock.ts'

/**
 * Stock as the reservation core uses it (steps 4 and 7b, shipments, returns, pruning). Every writing method is one write of one SKU's document
 * with its precondition in the filter. Adapter: mongo-stock-store.ts; the behaviour of every adapter is stock-store.suite.ts.
 */
export interface StockStore {
  /** Units free now and watermark of those that have stock; reads only. */
  peek(
    skus: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly available: number; readonly watermark: number }>>
  /** Step 4: enough available, no entry of this reservation, watermark < epoch → entry A. */
  hold(sku: string, hold: Hold, nowMs: number): Promise<HoldResult>
  /** 7b: entry A → R, units back. False when there is no entry A. `pruneAt`: when the tombstone may go. */
  free(sku: string, hold: Hold, nowMs: number, pruneAt: number): Promise<boolean>
  /**
   * 7b: no entry → R, if watermark < epoch. False when there is an entry or the epoch is too old: in both cases no hold of
   * this reservation can come any more, except for one that is there already. Makes the document of an unknown SKU.
   */
  tombstone(sku: string, hold: Hold, nowMs: number, pruneAt: number): Promise<boolean>
  /** What the next movement builds on, and whether the one with this key is made already; reads only. Null for an unknown SKU. */
  moveBasis(sku: string, rid: string, key: string): Promise<MoveBasis | null>
  /**
   * A shipment, in one write: `entry`, as seen and active, has −delta units less (none left → C), as onHand and reserved have,
   * and the movement waits for the ledger. False when its seq is not the next or the entry has changed.
   */
  ship(sku: string, entry: StockEntry, movement: Movement, pruneAt: number): Promise<boolean>
  /** A return, in one write: onHand and available + delta, and the movement. False when its seq is not the next. */
  putBack(sku: string, movement: Movement): Promise<boolean>
  /** SKUs whose `pruneAt` has come, also those due after `latestMs`, which only a wrong clock can have set; reads only. */
  duePrunes(
    nowMs: number,
    limit: number,
    latestMs: number,
  ): Promise<readonly { readonly sku: string; readonly pruneAt: number }[]>
  /** Takes a due SKU; false when a replica was faster. */
  claimPrune(sku: string, seenPruneAt: number, nextPruneAt: number): Promise<boolean>
  /** Everything about a SKU; reads only. */
  inspect(sku: string): Promise<StockState | null>
  /** No sweeper finds it until the next change. Writes nothing else. False when it is parked or changed. */
  park(sku: string, seen: StockState, why: string, nowMs: number): Promise<boolean>
  /** Removes these closed entries **and** raises the watermark in the same write (R7). */
  prune(sku: string, rids: readonly string[], watermark: number): Promise<void>
  /** No entry R or C is left: nothing to prune until the next one. */
  endPrune(sku: string): Promise<void>
}
