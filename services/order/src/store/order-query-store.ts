import type { OrderStatus } from '@toko/contracts'
import type { Aggregate } from '@toko/database'
import type { Order } from '../domain/order.ts'

/** An order as it is stored: with its waiting messages and its count of replayed requests. */
export type StoredOrder = Order & Aggregate & { readonly replays: number }

export interface OrderFilter {
  readonly userId?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Orders placed at or after this moment. */
  readonly from?: Date | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

/** Reads beside the protocol. Ids are time-ordered, so `_id` descending is newest first. */
export interface OrderQueryStore {
  list(filter: OrderFilter, limit: number, cursor?: string): Promise<Page<StoredOrder>>
  /** Oldest first, for exports. */
  export(limit: number, cursor?: string): Promise<Page<StoredOrder>>
  /** Orders that hold stock and are not paid. */
  countUnpaid(userId: string): Promise<number>
  /** Orders that are not final. */
  countOpen(userId: string): Promise<number>
  /** Orders that are held back. */
  countParked(): Promise<number>
  /** Orders whose placement has not ended, that wait for us, not for the buyer, and have been where they are since before then. */
  countOverdue(sinceMs: number): Promise<number>
}
