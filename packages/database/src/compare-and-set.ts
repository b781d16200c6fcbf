import type { mongo } from 'mongoose'
import type { DomainEvent } from '@toko/contracts'
import { type Aggregate, outboxEntries } from './outbox.ts'

/** A change of one document; the fields are MongoDB's operators without the dollar. */
export interface Change<T> {
  readonly set?: Partial<T> | Readonly<Record<string, unknown>>
  readonly unset?: readonly string[]
  readonly inc?: Readonly<Record<string, number>>
  readonly push?: Readonly<Record<string, unknown>>
  readonly pull?: Readonly<Record<string, unknown>>
  /** Messages that this change causes: written with it or not at all (R2). */
  readonly events?: readonly DomainEvent[]
}

interface CasOptions {
  readonly nowMs: number
  readonly arrayFilters?: mongo.Document[]
}

/**
 * One write to one document that happens only if the filter, its precondition, still holds.
 * Returns the document after the write, or null when somebody else was faster. Always adds 1 to `rev`.
 */
export async function compareAndSet<T extends Aggregate>(
  collection: mongo.Collection<T>,
  filter: mongo.Filter<T>,
  change: Change<T>,
  { nowMs, ...options }: CasOptions,
): Promise<T | null> {
  const entries = outboxEntries(change.events ?? [], nowMs)
  const now = new Date(nowMs)
  const update: Record<string, unknown> = {
    $set: { ...change.set, updatedAt: now, ...(entries.length > 0 ? { outboxAt: now } : {}) },
    $inc: { ...change.inc, rev: 1 },
  }
  const push = { ...change.push, ...(entries.length > 0 ? { outbox: { $each: entries } } : {}) }
  if (Object.keys(push).length > 0) update['$push'] = push
  if (change.pull) update['$pull'] = change.pull
  if (change.unset?.length) update['$unset'] = Object.fromEntries(change.unset.map((field) => [field, '']))
  const result = await collection.findOneAndUpdate(filter, update, {
    ...options,
    returnDocument: 'after',
  })
  return result as T | null
}

/** Fields of a new aggregate, its first messages included. */
export function newAggregate(id: string, nowMs: number, events: readonly DomainEvent[] = []): Aggregate {
  const now = new Date(nowMs)
  const outbox = outboxEntries(events, nowMs)
  return { _id: id, rev: 1, createdAt: now, updatedAt: now, outbox, ...(outbox.length > 0 ? { outboxAt: now } : {}) }
}
