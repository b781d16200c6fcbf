import type { StoredOrder } from './order-query-store.ts'

/** Where a walk in order of last writes stands. */
export interface ChangePoint {
  readonly atMs: number
  readonly id: string
}

/** Orders as the reconciliation reads them: bounded, by index, in the background. Adapter: mongo-order-audit-store.ts. */
export interface OrderAuditStore {
  byIds(ids: readonly string[]): Promise<StoredOrder[]>
  /** In order of ids, which is that of placing, from the first one after `after` to `upTo` itself. */
  after(after: string, limit: number, upTo?: string): Promise<StoredOrder[]>
  /** Final orders after that point whose last write was before then, in order of writes. */
  finalSince(point: ChangePoint, beforeMs: number, limit: number): Promise<StoredOrder[]>
  /** Ids of orders that were placed before then and are not final, from the first one after `after`. */
  openAfter(after: string, placedBeforeMs: number, limit: number): Promise<string[]>
  /** About how many there are. */
  count(): Promise<number>
}
