import type { Hold, HoldResult, StockEntry } from '../domain/stock.ts'

/**
 * Stock as the reservation core uses it (steps 4 and 7b, pruning). Every writing method is one write of one SKU's document
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
  /** SKUs whose `pruneAt` has come, reads only. */
  duePrunes(nowMs: number, limit: number): Promise<readonly { readonly sku: string; readonly pruneAt: number }[]>
  /** Takes a due SKU; false when a replica was faster. */
  claimPrune(sku: string, seenPruneAt: number, nextPruneAt: number): Promise<boolean>
  /** Entries R and C that last changed before then. */
  closedEntries(sku: string, beforeMs: number): Promise<readonly StockEntry[]>
  /** Removes these closed entries **and** raises the watermark in the same write (R7). */
  prune(sku: string, rids: readonly string[], watermark: number): Promise<void>
  /** No entry R or C is left: nothing to prune until the next one. */
  endPrune(sku: string): Promise<void>
}
