import type { Clock, Metrics } from '@toko/runtime'
import type { AnyCollection } from './outbox-writes.ts'

/** Documents at the head of the line among which the oldest message is looked for: all of them, until a broker is away for long. */
const looked = 100

/** What waits, and for how long: asked of the database at scrape time. */
export function observeOutboxes(collections: readonly AnyCollection[], metrics: Metrics, clock: Clock): void {
  const waiting = { outboxAt: { $exists: true } }
  metrics.observedGauge('toko_outbox_pending', async () => {
    const counts = await Promise.all(collections.map((each) => each.countDocuments(waiting, { maxTimeMS: 500 })))
    return counts.reduce((sum, count) => sum + count, 0)
  })
  metrics.observedGauge('toko_outbox_oldest_age_seconds', async () => {
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
  })
}
