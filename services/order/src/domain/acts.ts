import type { MovedLines } from '@toko/contracts'

/** What every act of a person with a confirmed order is known by: the same key and request is the same act (R1). */
interface Act {
  readonly id: string
  /** Idempotency-Key of the request, and SHA-256 of its canonical body. */
  readonly key: string
  readonly bodyHash: string
  /** ms since 1970 */
  readonly at: number
}

/** `requested` until the product service has consumed the goods. */
export interface Shipment extends Act {
  readonly lines: MovedLines
  readonly carrier: string
  readonly tracking?: string
  readonly state: 'requested' | 'consumed'
  readonly delivery?: { readonly key: string; readonly at: number }
}

/** `requested` until the provider has paid it back; its id is its key there. */
export interface Refund extends Act {
  readonly amountMinor: number
  readonly lines?: MovedLines
  readonly returnId?: string
  readonly reason: string
  readonly state: 'requested' | 'succeeded'
  /** The lines come back to the stock. */
  readonly restock?: 'requested' | 'done'
}

/** `refunded` once a refund that names it succeeded. */
export interface OrderReturn extends Act {
  readonly lines: MovedLines
  readonly reason: string
  readonly state: 'requested' | 'refunded'
}
