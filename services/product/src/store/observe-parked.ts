import type { mongo } from 'mongoose'
import type { Metrics } from '@toko/runtime'

// oxlint-disable-next-line typescript/no-explicit-any -- only a field that both have is counted
type AnyCollection = mongo.Collection<any>

/** How many documents wait for a person. Must be 0. */
export function observeParked(metrics: Metrics, collections: readonly AnyCollection[]): void {
  const parked = { 'parked.at': { $exists: true } }
  metrics.observedGauge('toko_parked_documents', async () => {
    const counts = await Promise.all(collections.map((each) => each.countDocuments(parked, { maxTimeMS: 500 })))
    return counts.reduce((sum, count) => sum + count, 0)
  })
}
