import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import type { mongo } from 'mongoose'
import { type Clock, type Logger, type Metrics, outsideRequest, type Part, repeat, systemClock } from '@toko/runtime'
import { latestDueMs } from '@toko/contracts'
import { asDate, dueFilter } from './due-filter.ts'
import type { Aggregate, OutboxEntry } from './outbox.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- relays don't look at an aggregate's own fields
type AnyCollection = mongo.Collection<any>

interface RelayOptions {
  readonly service: string
  readonly collections: readonly AnyCollection[]
  /** Resolves when the message is safe with its receivers; rejects when it must be published again. */
  readonly publish: (entry: OutboxEntry) => Promise<void>
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  /** Entries older than this are published again by any replica (slow path). */
  readonly slowPathMs?: number
  readonly tickMs?: number
  /** Documents published at once; beyond it the slow path takes over. */
  readonly maxConcurrent?: number
}

export interface OutboxRelay extends Part {
  /** Fast path: publishes a document's entries now, in the background. Dropping the call loses nothing. */
  nudge(collection: AnyCollection, document: Pick<Aggregate, '_id' | 'outbox'>): void
  isIdle(): boolean
}

/** Documents of one collection that the slow path works on at once; each lane ends with its first failure. */
const sweepLanes = 8

/**
 * Publishes what waits in outboxes: entries of one document in order, each inside the trace that caused it.
 * A crash between publishing and draining publishes again, which receivers expect (R5).
 */
export function outboxRelay(options: RelayOptions): OutboxRelay {
  const { service, collections, publish, log, metrics } = options
  const { clock = systemClock, slowPathMs = 2000, tickMs = 1000, maxConcurrent = 64 } = options
  const published = metrics.counter('toko_outbox_published_total', 'Messages published from outboxes', ['type'])
  const failed = metrics.counter('toko_outbox_publish_errors_total', 'Publishes that must be repeated', ['type'])
  const underWay = new Map<string, Promise<boolean>>()
  const recent = recentIds(10_000)

  const publishEntry = (entry: OutboxEntry) =>
    context.with(propagation.extract(ROOT_CONTEXT, entry.trace), () => publish(entry))

  /** False when an entry could not be published: its successors wait for it. */
  async function drain(
    collection: AnyCollection,
    { _id, outbox }: Pick<Aggregate, '_id' | 'outbox'>,
  ): Promise<boolean> {
    const done: string[] = []
    for (const entry of outbox) {
      try {
        // A document read before its last drain still shows what that drain published.
        if (!recent.has(entry.id)) await publishEntry(entry)
      } catch (error) {
        failed.inc({ type: entry.type })
        log.warn(
          { err: error, event_id: entry.id, type: entry.type, subject: entry.subject },
          'publish failed; repeated later',
        )
        break
      }
      if (recent.add(entry.id)) published.inc({ type: entry.type })
      done.push(entry.id)
    }
    if (done.length > 0) {
      // Two safe writes: an entry that was pushed in between keeps outboxAt.
      const pull = { $pull: { outbox: { id: { $in: done } } } } as unknown as mongo.UpdateFilter<mongo.Document>
      await collection.updateOne({ _id }, pull)
    }
    const isDrained = done.length === outbox.length
    // Also where there was nothing to pull: a crash between the two writes leaves the mark, and would have it swept for ever.
    if (isDrained) await collection.updateOne({ _id, outbox: { $size: 0 } }, { $unset: { outboxAt: '' } })
    return isDrained
  }

  /** At most one drain per document in this process; a later call joins the queue behind it. */
  function enqueue(collection: AnyCollection, document: Pick<Aggregate, '_id' | 'outbox'>): Promise<boolean> {
    const key = `${collection.collectionName}/${document._id}`
    const before = underWay.get(key) ?? Promise.resolve(true)
    const work = before
      .then((wasDrained) => wasDrained && drain(collection, document))
      .catch((error: unknown) => (log.warn({ err: error }, 'outbox not drained; repeated later'), false))
      .finally(() => underWay.get(key) === work && underWay.delete(key))
    underWay.set(key, work)
    return work
  }

  async function sweep(collection: AnyCollection, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const now = clock.now()
      const taken = (await collection.findOneAndUpdate(
        dueFilter('outboxAt', now - slowPathMs, latestDueMs(now, 0), asDate),
        { $set: { outboxAt: new Date(now) } },
        { returnDocument: 'after', sort: { outboxAt: 1 }, projection: { outbox: 1 } },
      )) as Pick<Aggregate, '_id' | 'outbox'> | null
      if (!taken || !(await enqueue(collection, taken))) return
    }
  }

  const sweeper = repeat({
    name: `${service} outbox relay`,
    everyMs: tickMs,
    log,
    run: async (stopping) => {
      const lanes = collections.flatMap((collection) => Array.from({ length: sweepLanes }, () => collection))
      await Promise.all(lanes.map((collection) => sweep(collection, stopping)))
    },
  })
  observeOutboxes(collections, metrics, clock)
  return {
    ...sweeper,
    isIdle: () => underWay.size === 0,
    nudge(collection, document) {
      if (document.outbox.length === 0 || underWay.size >= maxConcurrent) return
      void outsideRequest(() => enqueue(collection, document))
    },
    async stop() {
      await sweeper.stop?.()
      await Promise.allSettled(underWay.values())
    },
  }
}

/** The last ids that were added, up to a number. */
function recentIds(most: number) {
  const ids = new Set<string>()
  return {
    has: (id: string) => ids.has(id),
    /** False when it was there already. */
    add(id: string): boolean {
      if (ids.has(id)) return false
      ids.add(id)
      if (ids.size > most) ids.delete(ids.values().next().value!)
      return true
    },
  }
}

/** Documents at the head of the line among which the oldest message is looked for: all of them, until a broker is away for long. */
const looked = 100

function observeOutboxes(collections: readonly AnyCollection[], metrics: Metrics, clock: Clock): void {
  const waiting = { outboxAt: { $exists: true } }
  metrics.observedGauge('toko_outbox_pending', 'Documents with messages that are not published', async () => {
    const counts = await Promise.all(collections.map((each) => each.countDocuments(waiting, { maxTimeMS: 500 })))
    return counts.reduce((sum, count) => sum + count, 0)
  })
  metrics.observedGauge(
    'toko_outbox_oldest_age_seconds',
    'Age of the oldest message that is not published',
    async () => {
      // The one that was not tried for longest need not hold the oldest: each try puts its document at the end of the line.
      const options = {
        sort: { outboxAt: 1 as const },
        limit: looked,
        projection: { 'outbox.time': 1 },
        maxTimeMS: 500,
      }
      const documents = await Promise.all(collections.map((each) => each.find(waiting, options).toArray()))
      const times = documents
        .flat()
        .flatMap((document) => (document['outbox'] ?? []) as { time: string }[])
        .map(({ time }) => Date.parse(time))
      return times.length === 0 ? 0 : Math.max(0, (clock.now() - Math.min(...times)) / 1000)
    },
  )
}
