import type { mongo } from 'mongoose'
import type { Clock, Metrics } from '@toko/runtime'
import type { ReservationDocument } from './models.ts'

/** How many reservations are undecided, and since when: stock that nobody else can buy. */
export function observeReservations(
  metrics: Metrics,
  reservations: mongo.Collection<ReservationDocument>,
  clock: Clock,
): void {
  // Each of them has a next attempt, which has an index; a status has none.
  const undecided = { nextAttemptAt: { $exists: true }, status: { $in: ['reserving', 'held'] } }
  const group = { _id: null, count: { $sum: 1 }, oldest: { $min: '$createdAt' } }
  const read = async () => {
    const stages = [{ $match: undecided }, { $group: group }]
    const [found] = await reservations.aggregate<{ count: number; oldest: Date }>(stages, { maxTimeMS: 500 }).toArray()
    return found
  }
  metrics.observedGauge('toko_reservations_open', async () => (await read())?.count ?? 0)
  metrics.observedGauge('toko_reservations_oldest_age_seconds', async () => {
    const found = await read()
    return found ? Math.max(0, (clock.now() - found.oldest.getTime()) / 1000) : 0
  })
}
