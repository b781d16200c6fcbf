import type { DomainEvent, ReservationStatus } from '@toko/contracts'
import type { NewReservation, StoredReservation } from '../domain/reservation.ts'

/** A change of status with what is set along; `nextAttemptAt: null` ends the sweeper's interest. */
export interface ReservationChange extends Partial<
  Pick<NewReservation, 'offers' | 'reason' | 'shortages' | 'consumptions' | 'restocks'>
> {
  readonly status: ReservationStatus
  readonly nextAttemptAt: number | null
}

/**
 * The reservations of the core. Every writing method is one write of one document with its precondition in the filter;
 * the messages go into the same write (R2) and are published soon after.
 * Adapter: mongo-reservation-store.ts; the behaviour of every adapter is reservation-store.suite.ts.
 */
export interface ReservationStore {
  /** Null when the id exists: nothing was written. */
  insert(reservation: NewReservation, events: readonly DomainEvent[], nowMs: number): Promise<StoredReservation | null>
  get(id: string): Promise<StoredReservation | null>
  /** Moves it if its status is one of `from`, version +1. Null when it is not, or when the id is unknown. */
  move(
    id: string,
    from: readonly ReservationStatus[],
    change: ReservationChange,
    events: readonly DomainEvent[],
    nowMs: number,
  ): Promise<StoredReservation | null>
  /** Moves it if it still has the version seen, version +1: for what was decided by more than its status. Null when it moved on. */
  amend(
    seen: StoredReservation,
    change: ReservationChange,
    events: readonly DomainEvent[],
    nowMs: number,
  ): Promise<StoredReservation | null>
  /**
   * The stock documents have followed this version of a released, allocated or consumed reservation: nothing is left to do.
   * By version, since a shipment that came in between still has its stock to write.
   */
  settle(id: string, version: number, nowMs: number): Promise<void>
  /** Those a sweeper should look at, the longest waiting first, also those due after `latestMs`, which only a wrong clock can have set; reads only. */
  due(nowMs: number, limit: number, latestMs: number): Promise<StoredReservation[]>
  /** Takes a due one, attempts +1, with the time of its next turn; null when a replica was faster or it moved on. */
  claim(
    reservation: StoredReservation,
    nextAttemptAt: number,
    events: readonly DomainEvent[],
    nowMs: number,
  ): Promise<StoredReservation | null>
  /** A held one: the next overdue notice waits until then. Null when it is not held. */
  postpone(id: string, nextAttemptAt: number, nowMs: number): Promise<StoredReservation | null>
  /** No sweeper finds it any more. Writes nothing else, since anything else may fail on it. False when it is parked or changed. */
  park(seen: StoredReservation, why: string, nowMs: number): Promise<boolean>
  /** Those of `ids` that are released or consumed. */
  finalOf(ids: readonly string[]): Promise<ReadonlySet<string>>
}
