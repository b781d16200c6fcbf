import type { mongo } from 'mongoose'
import type { DomainEvent } from '@toko/contracts'
import { compareAndSet, dueFilter, duplicateIndexOf, newAggregate, type OutboxRelay } from '@toko/database'
import { currentTrace } from '@toko/runtime'
import type { NewReservation, StoredReservation } from '../domain/reservation.ts'
import type { ReservationDocument } from './models.ts'
import type { ReservationChange, ReservationStore } from './reservation-store.ts'

type Filter = mongo.Filter<ReservationDocument>

export function mongoReservationStore(
  reservations: mongo.Collection<ReservationDocument>,
  relay: Pick<OutboxRelay, 'nudge'>,
): ReservationStore {
  const published = (document: ReservationDocument | null): StoredReservation | null => {
    if (document) relay.nudge(reservations, document)
    return document
  }
  async function step(
    filter: Filter,
    { nextAttemptAt, ...change }: ReservationChange,
    events: readonly DomainEvent[],
    nowMs: number,
  ): Promise<StoredReservation | null> {
    const due =
      nextAttemptAt === null ? { set: change, unset: ['nextAttemptAt'] } : { set: { ...change, nextAttemptAt } }
    return published(await compareAndSet(reservations, filter, { ...due, inc: { version: 1 }, events }, { nowMs }))
  }
  return {
    async insert(reservation: NewReservation, events, nowMs) {
      const trace = currentTrace()
      const document: ReservationDocument = {
        ...reservation,
        ...newAggregate(reservation._id, nowMs, events),
        ...(trace === undefined ? {} : { trace }),
      }
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
    move: (id, from, change, events, nowMs) => step({ _id: id, status: { $in: [...from] } }, change, events, nowMs),
    amend: ({ _id, version, status }, change, events, nowMs) => step({ _id, version, status }, change, events, nowMs),
    async park({ _id, rev }, why, nowMs) {
      const filter = { _id, rev, $or: [{ parked: { $exists: false } }, { nextAttemptAt: { $exists: true } }] } as Filter
      const update = { $set: { parked: { why, at: nowMs } }, $unset: { nextAttemptAt: '' as const } }
      return (await reservations.updateOne(filter, update)).modifiedCount > 0
    },
    async settle(id, version, nowMs) {
      const status = { $in: ['released', 'allocated', 'consumed'] }
      const filter = { _id: id, version, status, nextAttemptAt: { $exists: true } } as unknown as Filter
      await compareAndSet(reservations, filter, { unset: ['nextAttemptAt'] }, { nowMs })
    },
    due(nowMs, limit, latestMs) {
      const filter = dueFilter('nextAttemptAt', nowMs, latestMs) as Filter
      return reservations.find(filter, { sort: { nextAttemptAt: 1 }, limit }).toArray()
    },
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
