import { backoffMs, latestDueMs } from '@toko/contracts'
import { overdueNotice } from '../domain/answers.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import { longestWaitMs } from '../domain/limits.ts'
import { reservationFault } from '../domain/soundness.ts'
import { closeEntries } from './close-entries.ts'
import { continueReserving } from './continue-reserving.ts'
import { followMoves } from './follow-moves.ts'
import { parkReservation } from './park.ts'
import type { ReservationCore } from './reservation-core.ts'

const batch = 20

/** Takes a due reservation, unless it can't be right: that one is parked. A hold that is overdue is told to the order service in the same write; one notice waits at a time. */
async function claim(core: ReservationCore, reservation: StoredReservation): Promise<StoredReservation | null> {
  const why = reservationFault(reservation)
  if (why) {
    await parkReservation(core, reservation, why)
    return null
  }
  const { reservations, clock, limits } = core
  const { _id, attempts, status, outbox } = reservation
  const now = clock.now()
  if (status !== 'held') return reservations.claim(reservation, now + backoffMs(_id, attempts + 1, limits), [], now)
  const notice = overdueNotice(reservation)
  const isWaiting = outbox.some(({ type }) => type === notice.definition.type)
  return reservations.claim(reservation, now + limits.overdueRepeatMs, isWaiting ? [] : [notice], now)
}

async function mend(core: ReservationCore, reservation: StoredReservation): Promise<void> {
  const { _id: orderId, trace, status, lines } = reservation
  if (status === 'held') return // the order service was told with the claim
  await core.resume({ name: 'reservation sweep', orderId, trace }, async () => {
    if (status === 'released') await closeEntries(core, reservation)
    if (status === 'allocated' || status === 'consumed') await followMoves(core, reservation)
    if (status !== 'reserving') return
    const offers = await core.offers.find(lines.map(({ sku }) => sku))
    await continueReserving(core, reservation, offers)
  })
}

const reasonsOf = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))

/**
 * Looks after every reservation that is due (R9): one left reserving is continued, a released one gives its stock back,
 * a shipment or return that the stock has not followed is finished, a hold that is too old is reported and never released by
 * clock (R14). Runs on every replica. Returns how many it took.
 * @throws AggregateError after the last one, when some could not be mended: they are due again
 */
export async function sweepReservations(core: ReservationCore, stopping?: AbortSignal): Promise<number> {
  const failures: unknown[] = []
  let taken = 0
  for (;;) {
    const now = core.clock.now()
    const due = await core.reservations.due(now, batch, latestDueMs(now, longestWaitMs(core.limits)))
    // One reservation's trouble is its own: it is due again, and the others go on.
    const claims = await Promise.allSettled(due.map((reservation) => claim(core, reservation)))
    const claimed = claims.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []))
    const results = await Promise.allSettled(claimed.map((reservation) => mend(core, reservation)))
    failures.push(...reasonsOf(claims), ...reasonsOf(results))
    taken += claimed.length
    // A batch that nobody could take would come again at once.
    if (due.length < batch || reasonsOf(claims).length > 0 || stopping?.aborted) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} reservations could not be mended yet`)
  return taken
}
