import type { mongo } from 'mongoose'
import { latestDueMs } from '@toko/contracts'
import { asDate, dueFilter } from './due-filter.ts'
import type { Aggregate } from './outbox.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- relays don't look at an aggregate's own fields
export type AnyCollection = mongo.Collection<any>

/** A document and the messages that wait in it. */
export type Waiting = Pick<Aggregate, '_id' | 'outbox'>

/** What became of a document's messages. */
export interface Drained {
  readonly _id: string
  /** Ids of the entries that were published. */
  readonly done: readonly string[]
  /** Nothing that was read is left. */
  readonly isDrained: boolean
}

interface Claim {
  readonly nowMs: number
  /** Documents that were touched since are left to their fast path, or to the replica that claimed them. */
  readonly slowPathMs: number
  readonly most: number
}

/**
 * Takes up to `most` of the documents that wait longest, and puts them at the end of the line. Two replicas that take
 * the same document in the same millisecond both publish it, which receivers expect (R5).
 */
export async function claimWaiting(
  collection: AnyCollection,
  { nowMs, slowPathMs, most }: Claim,
): Promise<readonly Waiting[]> {
  const due = dueFilter('outboxAt', nowMs - slowPathMs, latestDueMs(nowMs, 0), asDate)
  const head = await collection.find(due, { sort: { outboxAt: 1 }, limit: most, projection: { _id: 1 } }).toArray()
  if (head.length === 0) return []
  const among = { _id: { $in: head.map(({ _id }) => _id) } }
  const claimedAt = new Date(nowMs)
  await collection.updateMany({ ...among, ...due }, { $set: { outboxAt: claimedAt } })
  const claimed = await collection.find({ ...among, outboxAt: claimedAt }, { projection: { outbox: 1 } }).toArray()
  return claimed
}

/** Takes published entries out, and the mark with the last of them, in one write per document: what was added meanwhile keeps both. */
export async function takeOut(collection: AnyCollection, drained: readonly Drained[]): Promise<void> {
  // Also where there was nothing to publish: a mark on an empty outbox would have it swept for ever.
  const changed = drained.filter(({ done, isDrained }) => done.length > 0 || isDrained)
  if (changed.length === 0) return
  const operations = changed.map(({ _id, done }) => ({ updateOne: { filter: { _id }, update: withoutEntries(done) } }))
  await collection.bulkWrite(operations, { ordered: false })
}

const withoutEntries = (ids: readonly string[]): mongo.Document[] => [
  {
    $set: {
      outbox: {
        $filter: { input: '$outbox', as: 'entry', cond: { $not: [{ $in: ['$$entry.id', { $literal: ids }] }] } },
      },
    },
  },
  { $set: { outboxAt: { $cond: [{ $eq: ['$outbox', []] }, '$$REMOVE', '$outboxAt'] } } },
]
