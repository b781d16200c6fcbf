import { backoffMs } from '@toko/contracts'
import { overdueNotice } from '../domain/answers.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import { closeEntries } from './close-entries.ts'
import { continueReserving } from './continue-reserving.ts'
import type { ReservationCore } from './reservation-core.ts'

const batch = 20

/** Takes a due reservation. A hold that is overdue is told to the order service in the same write; one notice waits at a time. */
function claim({ reservations, clock, limits }: ReservationCore, reservation: StoredReservation) {
  const { _id, attempts, status, outbox } = reservation
  const now = clock.now()
  if (status !== 'held') return reservations.claim(reservation, now + backoffMs(_id, attempts + 1, limits), [], now)
  const notice = overdueNotice(reservation)
  const isWaiting = outbox.some(({ type }) => type === notice.definition.type)
  return reservations.claim(reservation, now + limits.overdueRepeatMs, isWaiting ? [] : [notice], now)
}

async function mend(core: ReservationCore, reservation: StoredReservation): Promise<void> {
  if (reservation.status === 'released') await closeEntries(core, reservation)
  if (reservation.status !== 'reserving') return
  const offers = await core.offers.find(reservation.lines.map(({ sku }) => sku))
  await continueReserving(core, reservation, offers)
}

/**
 * Looks after every reservation that is due (R9): one left reserving is continued, a released one gives its stock back, a
 * hold that is too old is reported and never released by clock (R14). Runs on every replica. Returns how many it took.
 * @throws AggregateError after the last one, when some could not be mended: they are due again
 */
export async function sweepReservations(core: ReservationCore, stopping?: AbortSignal): Promise<number> {
  const failures: unknown[] = []
  let taken = 0
  for (;;) {
    const due = await core.reservations.due(core.clock.now(), batch)
    const claims = await Promise.all(due.map((reservation) => claim(core, reservation)))
    const claimed = claims.filter((reservation) => reservation !== null)
    // One reservation's trouble is its own: it is due again, and the others go on.
    const results = await Promise.allSettled(claimed.map((reservation) => mend(core, reservation)))
    failures.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])))
    taken += claimed.length
    if (due.length < batch || stopping?.aborted) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} reservations could not be mended yet`)
  return taken
}
