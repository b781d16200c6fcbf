import { createHash } from 'node:crypto'
import { errors, type ReservationRequest, type Shortage } from '@toko/contracts'
import { answerToReserve } from '../domain/answers.ts'
import { aggregateLines } from '../domain/lines.ts'
import type { NewReservation, StoredReservation } from '../domain/reservation.ts'
import { continueReserving, priceLines, shortagesOf } from './continue-reserving.ts'
import { soundReservation } from './park.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

/** A repeat answers from the state; one that is still reserving is helped along. */
async function repeat(core: ReservationCore, existing: StoredReservation, bodyHash: string): Promise<Outcome> {
  if (existing.bodyHash !== undefined && existing.bodyHash !== bodyHash) {
    core.alerts.raise('body-differs', existing._id)
    throw errors.idempotencyKeyReused({ detail: 'this order was reserved with other lines' })
  }
  const skus = existing.lines.map(({ sku }) => sku)
  const reservation =
    existing.status === 'reserving' ? await continueReserving(core, existing, await core.offers.find(skus)) : existing
  const answer = answerToReserve(reservation)
  return { reservation, isNew: false, isRefused: false, ...(answer ? { repeated: answer } : {}) }
}

type Refusal = Pick<NewReservation, 'reason' | 'shortages'>

function refusalOf(isSold: boolean, shortages: Shortage[]): Refusal | undefined {
  if (!isSold) return { reason: 'unavailable' }
  return shortages.length > 0 ? { reason: 'insufficient-stock', shortages } : undefined
}

/**
 * Reserve (steps 3 to 6): stock for an order, all lines or none. A rejection is a released reservation with its reason.
 * @throws idempotency-key-reused for other lines under the same order, overloaded
 */
export async function reserve(core: ReservationCore, orderId: string, request: ReservationRequest): Promise<Outcome> {
  const { reservations, stock, offers, clock, limits } = core
  const lines = aggregateLines(request.lines)
  const { currency } = request
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([currency, lines]))
    .digest('base64url')
  const skus = lines.map(({ sku }) => sku)
  const [peeked, found] = await Promise.all([stock.peek(skus), offers.find(skus)])
  const now = clock.now()
  // A clock that jumped back must not make new holds too old.
  const epoch = Math.max(now, ...[...peeked.values()].map(({ watermark }) => watermark + 1))
  const base = { _id: orderId, epoch, version: 1, lines, currency, bodyHash, offers: [], attempts: 0 }
  const refusal = refusalOf(priceLines({ lines, currency }, found) !== undefined, shortagesOf(lines, peeked))
  // Inserted as released: nobody ever saw it reserving, so no entry can exist and no tombstone is needed. A sold-out SKU
  // would otherwise collect one for each buyer who comes too late.
  const fresh: NewReservation = refusal
    ? { ...base, status: 'released', ...refusal }
    : { ...base, status: 'reserving', nextAttemptAt: now + limits.reservingLimitMs }
  const answer = answerToReserve(fresh)
  const inserted = await reservations.insert(fresh, answer ? [answer] : [], now)
  if (!inserted) {
    const existing = await soundReservation(core, orderId)
    if (!existing) throw errors.dependencyUnavailable({ retryAfterSeconds: 1 })
    return repeat(core, existing, bodyHash)
  }
  const reservation = refusal ? inserted : await continueReserving(core, inserted, found)
  return { reservation, isNew: true, isRefused: false }
}
