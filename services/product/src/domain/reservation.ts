import type { Currency, ReleaseReason, Reservation, ReservationStatus, ReservedLine, Shortage } from '@toko/contracts'

/** One SKU of an order; a reservation holds one line per SKU, sorted, so that all workers take stock in the same order. */
export interface RequestedLine {
  readonly sku: string
  readonly quantity: number
}

/** A reservation without what every document carries. Only a compare-and-set on its status decides; stock entries follow. */
export interface NewReservation {
  readonly _id: string
  /** ms, set once. A hold needs an epoch above the SKU's watermark (R7). */
  readonly epoch: number
  readonly status: ReservationStatus
  /** +1 with each status change; orders the answers (R8). */
  readonly version: number
  /** Empty in the tombstone of an order that was never reserved (R6). */
  readonly lines: readonly RequestedLine[]
  readonly currency?: Currency
  /** Absent in a tombstone. */
  readonly bodyHash?: string
  /** Prices and words as copied when the stock was held. */
  readonly offers: readonly ReservedLine[]
  readonly reason?: ReleaseReason
  readonly shortages?: readonly Shortage[]
  readonly attempts: number
  /** When a sweeper looks at it; absent when nothing is left to do. */
  readonly nextAttemptAt?: number
}

export interface StoredReservation extends NewReservation {
  readonly rev: number
  readonly createdAt: Date
  /** Messages that wait to be published. */
  readonly outbox: readonly { readonly type: string }[]
}

/** Lines with one SKU count as their sum (S9); sorted so that two orders never wait for each other in a circle. */
export function aggregateLines(lines: readonly RequestedLine[]): RequestedLine[] {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return [...sums].map(([sku, quantity]) => ({ sku, quantity })).toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
}

/** What the order service is told of a reservation. */
export function viewReservation(reservation: StoredReservation): Reservation {
  const { _id, status, reason, shortages, currency, offers, createdAt } = reservation
  return {
    orderId: _id,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(shortages === undefined ? {} : { shortages: [...shortages] }),
    ...(currency === undefined ? {} : { currency }),
    lines: [...offers],
    createdAt: createdAt.toISOString(),
  }
}
