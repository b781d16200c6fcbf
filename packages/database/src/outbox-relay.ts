import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import {
  type Clock,
  type Logger,
  type Metrics,
  orderIdIn,
  outsideRequest,
  type Part,
  repeat,
  systemClock,
} from '@toko/runtime'
import type { OutboxEntry } from './outbox.ts'
import { observeOutboxes } from './outbox-gauges.ts'
import { type AnyCollection, claimWaiting, type Drained, takeOut, type Waiting } from './outbox-writes.ts'

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
  nudge(collection: AnyCollection, document: Waiting): void
  isIdle(): boolean
}

/** Whoever looks for an order's log lines looks for this field. */
function orderOf({ subject }: OutboxEntry): { order_id?: string } {
  const orderId = orderIdIn(subject)
  return orderId === undefined ? {} : { order_id: orderId }
}

/** Documents that the slow path takes at a time. */
const [smallestBatch, largestBatch] = [8, 128]

/**
 * Publishes what waits in outboxes: entries of one document in order, each inside the trace that caused it.
 * A crash between publishing and draining publishes again, which receivers expect (R5).
 */
export function outboxRelay(options: RelayOptions): OutboxRelay {
  const { service, collections, publish, log, metrics } = options
  const { clock = systemClock, slowPathMs = 2000, tickMs = 1000, maxConcurrent = 64 } = options
  const published = metrics.counter('toko_outbox_published_total')
  const failed = metrics.counter('toko_outbox_publish_errors_total')
  const underWay = new Map<string, Promise<boolean>>()
  const recent = recentIds(10_000)

  const publishEntry = (entry: OutboxEntry) =>
    context.with(propagation.extract(ROOT_CONTEXT, entry.trace), () => publish(entry))

  /** In order, up to the first that could not be published: its successors wait for it. */
  async function publishInOrder({ _id, outbox }: Waiting): Promise<Drained> {
    const done: string[] = []
    for (const entry of outbox) {
      try {
        // A document read before its last drain still shows what that drain published.
        if (!recent.has(entry.id)) await publishEntry(entry)
      } catch (error) {
        failed.inc({ type: entry.type })
        log.warn(
          { err: error, event_id: entry.id, type: entry.type, subject: entry.subject, ...orderOf(entry) },
          'publish failed; repeated later',
        )
        break
      }
      if (recent.add(entry.id)) published.inc({ type: entry.type })
      done.push(entry.id)
    }
    return { _id, done, isDrained: done.length === outbox.length }
  }

  /**
   * Publishes and takes out what these documents hold; says of each whether nothing is left. At most one drain per
   * document in this process: a later one waits for the earlier, and does nothing after one that failed.
   */
  function drain(collection: AnyCollection, documents: readonly Waiting[]): Promise<boolean[]> {
    const keys = documents.map(({ _id }) => `${collection.collectionName}/${_id}`)
    const publishing = documents.map(async (document, at) => {
      const mayPublish = (await underWay.get(keys[at]!)) ?? true
      return mayPublish ? publishInOrder(document) : { _id: document._id, done: [], isDrained: false }
    })
    const work = Promise.all(publishing)
      .then(async (drained) => {
        await takeOut(collection, drained)
        return drained.map(({ isDrained }) => isDrained)
      })
      .catch((error: unknown) => {
        log.warn({ err: error }, 'outboxes not drained; repeated later')
        return documents.map(() => false)
      })
    for (const [at, key] of keys.entries()) {
      const own = work.then((drained) => drained[at]!)
      underWay.set(key, own)
      void own.finally(() => underWay.get(key) === own && underWay.delete(key))
    }
    return work
  }

  /** Batches grow while something gets through: 24,000 documents that waited for a broker must not take minutes. */
  async function sweep(collection: AnyCollection, stopping: AbortSignal): Promise<void> {
    for (let most = smallestBatch; !stopping.aborted; most = Math.min(2 * most, largestBatch)) {
      const taken = await claimWaiting(collection, { nowMs: clock.now(), slowPathMs, most })
      if (taken.length === 0) return
      const drained = await drain(collection, taken)
      if (!drained.includes(true)) return
    }
  }

  const sweeper = repeat({
    name: `${service} outbox relay`,
    everyMs: tickMs,
    log,
    run: async (stopping) => {
      await Promise.all(collections.map((collection) => sweep(collection, stopping)))
    },
  })
  observeOutboxes(collections, metrics, clock)
  return {
    ...sweeper,
    isIdle: () => underWay.size === 0,
    nudge(collection, document) {
      if (document.outbox.length === 0 || underWay.size >= maxConcurrent) return
      void outsideRequest(() => drain(collection, [document]))
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
