import type { Currency, ReleaseReason, Reservation, ReservationStatus, ReservedLine, Shortage } from '@toko/contracts'
import type { RequestedLine } from './lines.ts'
import type { Move } from './moves.ts'

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
  /** Shipments and returns that were decided; the stock documents follow (ADR 12). Absent: none. */
  readonly consumptions?: readonly Move[]
  readonly restocks?: readonly Move[]
  readonly attempts: number
  /** When a sweeper looks at it; absent when nothing is left to do. */
  readonly nextAttemptAt?: number
}

/** A document in an impossible state: no sweeper looks at it until a person has mended it and removed this. */
export interface Parked {
  readonly why: string
  /** ms */
  readonly at: number
}

export interface StoredReservation extends NewReservation {
  readonly rev: number
  readonly createdAt: Date
  readonly parked?: Parked
  /** W3C traceparent of what asked for it first: what sweepers link their traces to. Absent when that was not traced. */
  readonly trace?: string
  /** Messages that wait to be published. */
  readonly outbox: readonly { readonly type: string }[]
}

/** What the order service is told of a reservation. */
export function viewReservation(reservation: StoredReservation): Reservation {
  const { _id, status, reason, shortages, currency, offers, consumptions, restocks, createdAt } = reservation
  return {
    orderId: _id,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(shortages === undefined ? {} : { shortages: [...shortages] }),
    ...(currency === undefined ? {} : { currency }),
    lines: [...offers],
    ...(consumptions === undefined ? {} : { consumptions: consumptions.map(({ id }) => id) }),
    ...(restocks === undefined ? {} : { restocks: restocks.map(({ id }) => id) }),
    createdAt: createdAt.toISOString(),
  }
}
