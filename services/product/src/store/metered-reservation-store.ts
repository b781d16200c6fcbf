import type { Metrics } from '@toko/runtime'
import type { StoredReservation } from '../domain/reservation.ts'
import type { ReservationStore } from './reservation-store.ts'

/** Counts what was really written, by the state it led to. */
export function meteredReservationStore(store: ReservationStore, metrics: Metrics): ReservationStore {
  const moved = metrics.counter('toko_reservations_total')
  const expired = metrics.counter('toko_reservations_expired_total')
  const counted = (written: StoredReservation | null) => {
    if (written && written.status !== 'reserving')
      moved.inc({ status: written.status, reason: written.status === 'released' ? (written.reason ?? '') : '' })
    return written
  }
  return {
    ...store,
    insert: async (reservation, events, nowMs) => counted(await store.insert(reservation, events, nowMs)),
    amend: async (seen, change, events, nowMs) => {
      const amended = await store.amend(seen, change, events, nowMs)
      // A shipment that leaves it allocated is no new state.
      return amended?.status === seen.status ? amended : counted(amended)
    },
    claim: async (seen, nextAttemptAt, events, nowMs) => {
      const claimed = await store.claim(seen, nextAttemptAt, events, nowMs)
      if (claimed && events.length > 0) expired.inc({})
      return claimed
    },
    move: async (id, from, change, events, nowMs) => counted(await store.move(id, from, change, events, nowMs)),
  }
}
