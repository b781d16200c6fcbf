import { type DomainEvent, isDue } from '@toko/contracts'
import type { StoredReservation } from '../src/domain/reservation.ts'
import type { ReservationChange, ReservationStore } from '../src/store/reservation-store.ts'

/** A message that waits, with the event it was made of: a simulator's relay publishes it and then forgets it. */
export interface MemoryOutboxEntry {
  /** The same in every run: `<order id>/<rev>/<place>`. */
  readonly id: string
  readonly type: string
  readonly event: DomainEvent
}

export interface MemoryReservation extends StoredReservation {
  readonly outbox: readonly MemoryOutboxEntry[]
}

export interface MemoryReservationStore extends ReservationStore {
  readonly all: Map<string, MemoryReservation>
  /** The relay's `$pull` of a published entry. */
  forget(id: string, entryId: string): void
}

const followed = new Set(['released', 'allocated', 'consumed'])
const yieldOnce = () => Promise.resolve()

/**
 * The reservation store without a database: each method is one atomic step after one turn of the loop. Reservations are never
 * changed, a write replaces them, so a caller may keep what it was given and a simulator pays for no copies.
 */
export function memoryReservationStore(): MemoryReservationStore {
  const all = new Map<string, MemoryReservation>()
  const write = (next: MemoryReservation, events: readonly DomainEvent[]): MemoryReservation => {
    const rev = next.rev + 1
    const entries = events.map((event, i) => ({ id: `${next._id}/${rev}/${i}`, type: event.definition.type, event }))
    const written = { ...next, rev, outbox: entries.length === 0 ? next.outbox : [...next.outbox, ...entries] }
    all.set(written._id, written)
    return written
  }
  const without = ({ nextAttemptAt: _due, ...rest }: MemoryReservation): MemoryReservation => rest
  const step = (
    found: MemoryReservation,
    { nextAttemptAt, ...change }: ReservationChange,
    events: readonly DomainEvent[],
  ) => {
    const next = { ...without(found), ...change, version: found.version + 1 }
    return write(nextAttemptAt === null ? next : { ...next, nextAttemptAt }, events)
  }
  return {
    all,
    forget(id, entryId) {
      const found = all.get(id)
      if (found) all.set(id, { ...found, outbox: found.outbox.filter((entry) => entry.id !== entryId) })
    },
    async insert(reservation, events, nowMs) {
      await yieldOnce()
      if (all.has(reservation._id)) return null
      return write({ ...reservation, rev: 0, createdAt: new Date(nowMs), outbox: [] }, events)
    },
    async get(id) {
      await yieldOnce()
      return all.get(id) ?? null
    },
    async move(id, from, change, events) {
      await yieldOnce()
      const found = all.get(id)
      return found && from.includes(found.status) ? step(found, change, events) : null
    },
    async amend({ _id, version, status }, change, events) {
      await yieldOnce()
      const found = all.get(_id)
      return found?.version === version && found.status === status ? step(found, change, events) : null
    },
    async settle(id, version) {
      await yieldOnce()
      const found = all.get(id)
      if (found?.version !== version || found.nextAttemptAt === undefined) return
      if (followed.has(found.status)) write(without(found), [])
    },
    async park({ _id, rev }, why, nowMs) {
      await yieldOnce()
      const found = all.get(_id)
      if (found?.rev !== rev || (found.parked !== undefined && found.nextAttemptAt === undefined)) return false
      all.set(_id, { ...without(found), parked: { why, at: nowMs } })
      return true
    },
    async due(nowMs, limit, latestMs) {
      await yieldOnce()
      return [...all.values()]
        .filter(({ nextAttemptAt }) => isDue(nextAttemptAt, nowMs, latestMs))
        .toSorted((a, b) => a.nextAttemptAt! - b.nextAttemptAt!)
        .slice(0, limit)
    },
    async claim(seen, nextAttemptAt, events) {
      await yieldOnce()
      const found = all.get(seen._id)
      const isSame =
        found?.version === seen.version &&
        found.attempts === seen.attempts &&
        found.nextAttemptAt === seen.nextAttemptAt
      return isSame ? write({ ...found, nextAttemptAt, attempts: found.attempts + 1 }, events) : null
    },
    async postpone(id, nextAttemptAt) {
      await yieldOnce()
      const found = all.get(id)
      return found?.status === 'held' ? write({ ...found, nextAttemptAt }, []) : null
    },
    async finalOf(ids) {
      await yieldOnce()
      return new Set(ids.filter((id) => ['released', 'consumed'].includes(all.get(id)?.status ?? '')))
    },
  }
}
