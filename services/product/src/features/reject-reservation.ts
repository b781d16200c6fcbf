import { backoffMs, type ReleaseReason, type Shortage } from '@toko/contracts'
import { answerToReserve } from '../domain/answers.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import { closeEntries } from './close-entries.ts'
import type { ReservationCore } from './reservation-core.ts'

/** Step 6: reserving → released with the reason, then 7b. Null when somebody else decided before. */
export async function rejectReservation(
  core: ReservationCore,
  reservation: StoredReservation,
  reason: ReleaseReason,
  shortages?: readonly Shortage[],
): Promise<StoredReservation | null> {
  const { reservations, clock, limits } = core
  const { _id, version } = reservation
  const status = 'released' as const
  const change = { status, reason, ...(shortages ? { shortages } : {}) }
  const answer = answerToReserve({ ...reservation, ...change, version: version + 1 })
  const now = clock.now()
  const rejected = await reservations.move(
    _id,
    ['reserving'],
    { ...change, nextAttemptAt: now + backoffMs(_id, 0, limits) },
    answer ? [answer] : [],
    now,
  )
  if (rejected) await closeEntries(core, rejected)
  return rejected
}
