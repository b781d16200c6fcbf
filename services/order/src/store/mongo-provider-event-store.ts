import type { mongo } from 'mongoose'
import { type Aggregate, compareAndSet, duplicateIndexOf, newAggregate, type OutboxRelay } from '@toko/database'
import { type Clock, currentTrace } from '@toko/runtime'
import { dueFilter } from './mongo-due-filter.ts'
import type { ProviderEvent, ProviderEventStore } from './provider-event-store.ts'

type Stored = ProviderEvent & Aggregate

export function mongoProviderEventStore(
  events: mongo.Collection<Stored>,
  relay: Pick<OutboxRelay, 'nudge'>,
  clock: Clock,
): ProviderEventStore {
  const filter = (value: object) => value as mongo.Filter<Stored>
  return {
    async insert(event) {
      const trace = currentTrace()
      const document: Stored = {
        ...event,
        ...newAggregate(event._id, clock.now()),
        ...(trace === undefined ? {} : { trace }),
      }
      try {
        await events.insertOne(document)
        return true
      } catch (error) {
        if (duplicateIndexOf(error) === undefined) throw error
        return false
      }
    },
    due: (nowMs, limit, latestMs) =>
      events.find(dueFilter<Stored>(nowMs, latestMs), { sort: { dueAt: 1 }, limit }).toArray(),
    claim: (event, dueAt) =>
      compareAndSet(events, filter({ _id: event._id, dueAt: event.dueAt }), { set: { dueAt } }, { nowMs: clock.now() }),
    async finish(event, result, happened = []) {
      const change = { set: { result }, unset: ['dueAt'], events: happened }
      const document = await compareAndSet(events, filter({ _id: event._id }), change, { nowMs: clock.now() })
      if (document) relay.nudge(events, document)
    },
  }
}
