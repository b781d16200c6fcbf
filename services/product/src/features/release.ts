import { backoffMs } from '@toko/contracts'
import { releasedAnswer } from '../domain/answers.ts'
import type { NewReservation } from '../domain/reservation.ts'
import { closeEntries } from './close-entries.ts'
import { soundReservation } from './park.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

/**
 * Release (step 7a): the order has ended. Of an unknown order it leaves a tombstone, so that a Reserve that comes late holds
 * nothing (R6). Allocated stock is refused: freeing it takes a command of its own.
 */
export async function release(core: ReservationCore, orderId: string): Promise<Outcome> {
  const { reservations, clock, limits, alerts } = core
  for (;;) {
    const existing = await soundReservation(core, orderId)
    const now = clock.now()
    if (!existing) {
      const tombstone: NewReservation = {
        _id: orderId,
        epoch: now,
        status: 'released',
        reason: 'order-ended',
        version: 1,
        lines: [],
        offers: [],
        attempts: 0,
      }
      const inserted = await reservations.insert(tombstone, [releasedAnswer(tombstone)], now)
      if (inserted) return { reservation: inserted, isNew: true, isRefused: false }
      continue
    }
    if (existing.status === 'released') {
      if (existing.nextAttemptAt !== undefined) await closeEntries(core, existing)
      return { reservation: existing, isNew: false, isRefused: false, repeated: releasedAnswer(existing) }
    }
    if (existing.status === 'allocated' || existing.status === 'consumed') {
      alerts.raise('release-refused', orderId)
      return { reservation: existing, isNew: false, isRefused: true }
    }
    const released = await reservations.move(
      orderId,
      [existing.status],
      { status: 'released', reason: 'order-ended', nextAttemptAt: now + backoffMs(orderId, 0, limits) },
      [releasedAnswer({ _id: orderId, version: existing.version + 1 })],
      now,
    )
    if (!released) continue
    await closeEntries(core, released, { wasHeld: existing.status === 'held' })
    return { reservation: released, isNew: false, isRefused: false }
  }
}
