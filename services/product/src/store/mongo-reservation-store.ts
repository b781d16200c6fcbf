import type { mongo } from 'mongoose'
import { compareAndSet, duplicateIndexOf, newAggregate, type OutboxRelay } from '@toko/database'
import type { NewReservation, StoredReservation } from '../domain/reservation.ts'
import type { ReservationDocument } from './models.ts'
import type { ReservationStore } from './reservation-store.ts'

type Filter = mongo.Filter<ReservationDocument>

export function mongoReservationStore(
  reservations: mongo.Collection<ReservationDocument>,
  relay: Pick<OutboxRelay, 'nudge'>,
): ReservationStore {
  const published = (document: ReservationDocument | null): StoredReservation | null => {
    if (document) relay.nudge(reservations, document)
    return document
  }
  return {
    async insert(reservation: NewReservation, events, nowMs) {
      const document: ReservationDocument = { ...reservation, ...newAggregate(reservation._id, nowMs, events) }
      try {
        await reservations.insertOne(document)
        return published(document)
      } catch (error) {
        // Its own document after a lost answer, too: the caller goes on from the state it finds.
        if (duplicateIndexOf(error) === '_id_') return null
        throw error
      }
    },
    get: (id) => reservations.findOne({ _id: id } as Filter),
    async move(id, from, { nextAttemptAt, ...change }, events, nowMs) {
      const ends = nextAttemptAt === null
      const filter = { _id: id, status: { $in: [...from] } } as Filter
      return published(
        await compareAndSet(
          reservations,
          filter,
          {
            set: { ...change, ...(ends ? {} : { nextAttemptAt }) },
            ...(ends ? { unset: ['nextAttemptAt'] } : {}),
            inc: { version: 1 },
            events,
          },
          { nowMs },
        ),
      )
    },
    async settle(id, nowMs) {
      const filter = { _id: id, status: 'released', nextAttemptAt: { $exists: true } } as Filter
      await compareAndSet(reservations, filter, { unset: ['nextAttemptAt'] }, { nowMs })
    },
    due: (nowMs, limit) =>
      reservations.find({ nextAttemptAt: { $lte: nowMs } } as Filter, { sort: { nextAttemptAt: 1 }, limit }).toArray(),
    async claim({ _id, version, attempts, nextAttemptAt: seen }, nextAttemptAt, events, nowMs) {
      const filter = { _id, version, attempts, nextAttemptAt: seen } as Filter
      const change = { set: { nextAttemptAt }, inc: { attempts: 1 }, events }
      return published(await compareAndSet(reservations, filter, change, { nowMs }))
    },
    postpone: (id, nextAttemptAt, nowMs) =>
      compareAndSet(reservations, { _id: id, status: 'held' }, { set: { nextAttemptAt } }, { nowMs }),
    async finalOf(ids) {
      const filter = { _id: { $in: [...ids] }, status: { $in: ['released', 'consumed'] } } as unknown as Filter
      const found = await reservations.find(filter, { projection: { _id: 1 } }).toArray()
      return new Set(found.map(({ _id }) => _id))
    },
  }
}
