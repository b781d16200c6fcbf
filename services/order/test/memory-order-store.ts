import type { DomainEvent } from '@toko/contracts'
import type { Clock } from '@toko/runtime'
import type { Order } from '../src/domain/order.ts'
import type { OrderStore } from '../src/ports.ts'
import type { StoredOrder } from '../src/store/order-query-store.ts'
import { memoryMajority } from './memory-majority.ts'
import { type MemoryOutboxEntry, memoryOutboxEntries } from './memory-outbox.ts'

export interface MemoryOrder extends StoredOrder {
  readonly outbox: readonly MemoryOutboxEntry[]
}

export interface MemoryOrderStore extends OrderStore {
  /** As the primary has them. */
  readonly all: ReadonlyMap<string, MemoryOrder>
  /** As a majority has them: all that majority reads see. */
  readonly safe: ReadonlyMap<string, MemoryOrder>
  /** From now on writes reach the primary only, until one of the next two. */
  lag(): void
  catchUp(): void
  /** Another primary: what only the old one had is gone, and whoever waited for it doesn't learn what became of it. */
  failOver(): void
  /** The relay's `$pull` of published entries. */
  forget(id: string, entryIds: readonly string[]): Promise<void>
}

interface MemoryOptions {
  readonly clock: Clock
  /** Told after each write on the primary. */
  readonly onWrite?: (before: MemoryOrder | undefined, after: MemoryOrder) => void
  readonly publish?: (order: Order) => void
}

/** Fields that the store keeps itself, as in changed-fields.ts. */
const own = new Set(['_id', 'rev', 'createdAt', 'updatedAt', 'outbox', 'outboxAt', 'replays'])

type Fields = Record<string, unknown>

/**
 * The stored document with what differs between `from` and `to`; unchanged parts are compared by reference. Built anew without
 * what is gone: deleting a field would make the object, and every copy of it, slow.
 */
function applied(stored: MemoryOrder, from: Order, to: Order): Fields {
  const [kept, before, after] = [stored, from, to] as unknown as Fields[]
  const next: Fields = {}
  for (const key in kept) if (own.has(key) || key in after! || !(key in before!)) next[key] = kept[key]
  for (const key in after) if (after[key] !== before![key] && !own.has(key)) next[key] = after[key]
  return next
}

/**
 * The order store without a database: each method is one atomic step. Documents are never changed, a write replaces them.
 * Writes go to the primary and are answered when a majority has them; filters and unique indexes look at the primary, plain
 * reads at the majority, as in MongoDB with w and readConcern majority.
 */
export function memoryOrderStore({ clock, onWrite = () => {}, publish = () => {} }: MemoryOptions): MemoryOrderStore {
  const documents = memoryMajority<MemoryOrder>()
  const { all, safe } = documents
  const put = (before: MemoryOrder | undefined, after: MemoryOrder): Promise<MemoryOrder> => {
    const answer = documents.put(after)
    onWrite(before, after)
    return answer
  }
  /** Completes fields that nobody else has yet. */
  const withEvents = (fields: Fields, id: string, rev: number, events: readonly DomainEvent[]): MemoryOrder => {
    const nowMs = clock.now()
    const waiting = (fields['outbox'] ?? []) as readonly MemoryOutboxEntry[]
    fields['rev'] = rev
    fields['updatedAt'] = new Date(nowMs)
    fields['outbox'] = events.length === 0 ? waiting : [...waiting, ...memoryOutboxEntries(id, rev, events, nowMs)]
    if (events.length > 0) fields['outboxAt'] = fields['updatedAt']
    return fields as unknown as MemoryOrder
  }
  return {
    all,
    safe,
    lag: documents.lag,
    catchUp: documents.catchUp,
    failOver: documents.failOver,
    async forget(id, entryIds) {
      const found = all.get(id)
      if (!found) return
      const { outboxAt, ...rest } = found
      const outbox = found.outbox.filter((entry) => !entryIds.includes(entry.id))
      await documents.put({ ...rest, outbox, ...(outbox.length > 0 && outboxAt ? { outboxAt } : {}) })
    },
    async insert(order, events) {
      for (const other of all.values()) {
        if (other._id === order._id) return safe.get(order._id) as Order
        if (other.userId === order.userId && other.idemKey === order.idemKey) return 'key'
        if (other.cartId === order.cartId) return 'cart'
        if (other.number === order.number) return 'number'
      }
      return put(
        undefined,
        withEvents({ ...order, createdAt: new Date(clock.now()), replays: 0 }, order._id, 1, events),
      )
    },
    async get(id) {
      return safe.get(id) ?? null
    },
    async replay(userId, idemKey) {
      for (const order of all.values())
        if (order.userId === userId && order.idemKey === idemKey)
          return put(order, { ...order, rev: order.rev + 1, replays: order.replays + 1 })
      return null
    },
    async write({ from, to, events }) {
      const stored = all.get(from._id)
      if (!stored || stored.version !== from.version || stored.attempts !== from.attempts) return null
      return put(stored, withEvents(applied(stored, from, to), stored._id, stored.rev + 1, events))
    },
    async due(nowMs, limit, latestMs = Number.POSITIVE_INFINITY) {
      const due: MemoryOrder[] = []
      for (const order of safe.values())
        if (order.dueAt !== undefined && (order.dueAt <= nowMs || order.dueAt > latestMs)) due.push(order)
      return due.toSorted((a, b) => a.dueAt! - b.dueAt!).slice(0, limit)
    },
    async park({ _id, rev }, reason, nowMs) {
      const stored = all.get(_id)
      if (!stored || stored.rev !== rev) return null
      const { dueAt: _, ...rest } = stored
      return put(stored, withEvents({ ...rest, parked: { reason, at: nowMs } }, _id, rev + 1, []))
    },
    publish,
  }
}
