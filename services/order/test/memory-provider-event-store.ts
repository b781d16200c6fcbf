import type { Aggregate } from '@toko/database'
import type { Clock } from '@toko/runtime'
import type { ProviderEvent, ProviderEventStore } from '../src/store/provider-event-store.ts'
import { type MemoryOutboxEntry, memoryOutboxEntries } from './memory-outbox.ts'

export interface MemoryProviderEvent extends ProviderEvent, Aggregate {
  readonly outbox: readonly MemoryOutboxEntry[]
}

export interface MemoryProviderEventStore extends ProviderEventStore {
  readonly all: ReadonlyMap<string, MemoryProviderEvent>
  /** The relay's `$pull` of published entries. */
  forget(id: string, entryIds: readonly string[]): void
}

/** The inbox of provider events without a database: each method is one atomic step, documents are replaced by each write. */
export function memoryProviderEventStore(
  clock: Clock,
  onWrite: (event: MemoryProviderEvent) => void = () => {},
): MemoryProviderEventStore {
  const all = new Map<string, MemoryProviderEvent>()
  const put = (document: MemoryProviderEvent) => {
    all.set(document._id, document)
    onWrite(document)
    return document
  }
  return {
    all,
    forget(id, entryIds) {
      const found = all.get(id)
      if (found) all.set(id, { ...found, outbox: found.outbox.filter((entry) => !entryIds.includes(entry.id)) })
    },
    async insert(event) {
      if (all.has(event._id)) return false
      const now = new Date(clock.now())
      put({ ...event, rev: 1, createdAt: now, updatedAt: now, outbox: [] })
      return true
    },
    async due(nowMs, limit, latestMs = Number.POSITIVE_INFINITY) {
      return [...all.values()]
        .filter(({ dueAt }) => dueAt !== undefined && (dueAt <= nowMs || dueAt > latestMs))
        .toSorted((a, b) => a.dueAt! - b.dueAt!)
        .slice(0, limit)
    },
    async claim(event, dueAt) {
      const found = all.get(event._id)
      if (found?.dueAt === undefined || found.dueAt !== event.dueAt) return null
      return put({ ...found, rev: found.rev + 1, dueAt })
    },
    async finish(event, result, happened = []) {
      const found = all.get(event._id)
      if (!found) return
      const { dueAt: _done, ...rest } = found
      const rev = found.rev + 1
      const outbox = [...found.outbox, ...memoryOutboxEntries(found._id, rev, happened, clock.now())]
      put({ ...rest, rev, result, outbox })
    },
  }
}
