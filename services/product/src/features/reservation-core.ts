import type { DomainEvent } from '@toko/contracts'
import type { Resumed } from '@toko/runtime'
import type { Limits } from '../domain/limits.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import type { Alerts, Clock, Offers } from '../ports.ts'
import type { ReservationStore } from '../store/reservation-store.ts'
import type { StockStore } from '../store/stock-store.ts'

/** Everything the reservation protocol touches: pure functions over these ports, so that a simulator can run them. */
export interface ReservationCore {
  readonly reservations: ReservationStore
  readonly stock: StockStore
  readonly offers: Offers
  readonly alerts: Alerts
  readonly clock: Clock
  readonly limits: Limits
  /** How a sweeper takes up work that a request or a message has left, so that it is told apart from theirs. */
  readonly resume: <T>(work: Resumed, run: () => Promise<T>) => Promise<T>
}

/**
 * What a command led to. A transition has put its answer into the reservation's outbox already; a repeat changed nothing,
 * so a message handler publishes `repeated` itself before it acknowledges (R5).
 */
export interface Outcome {
  /** Null only for an allocate of an order that was never reserved. */
  readonly reservation: StoredReservation | null
  readonly isNew: boolean
  readonly isRefused: boolean
  readonly repeated?: DomainEvent
}
