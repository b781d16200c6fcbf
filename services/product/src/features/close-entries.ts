import type { StoredReservation } from '../domain/reservation.ts'
import type { ReservationCore } from './reservation-core.ts'

/**
 * Step 7b for every SKU of a released reservation; repeatable at any later time (S11).
 * Where the tombstone is refused, an entry exists or the epoch is too old, so no further hold can slip in and one more
 * attempt to free what is held is enough. `wasHeld` only saves a write: what was held is freed first.
 */
export async function closeEntries(
  core: ReservationCore,
  reservation: StoredReservation,
  { wasHeld = false } = {},
): Promise<void> {
  const { stock, reservations, clock, limits } = core
  const { _id: rid, epoch, version, lines } = reservation
  for (const { sku, quantity } of lines) {
    const now = clock.now()
    const pruneAt = now + limits.entryRetentionMs
    const hold = { rid, quantity, epoch }
    if (wasHeld && (await stock.free(sku, hold, now, pruneAt))) continue
    if (!(await stock.tombstone(sku, hold, now, pruneAt))) await stock.free(sku, hold, now, pruneAt)
  }
  if (reservation.nextAttemptAt !== undefined) await reservations.settle(rid, version, clock.now())
}
