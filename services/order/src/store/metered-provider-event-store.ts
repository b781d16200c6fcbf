import type { Metrics } from '@toko/runtime'
import type { ProviderEventStore } from './provider-event-store.ts'

/** Counts webhooks that came again. */
export function meteredProviderEventStore(store: ProviderEventStore, metrics: Metrics): ProviderEventStore {
  const duplicates = metrics.counter('toko_duplicates_dropped_total')
  return {
    ...store,
    async insert(event) {
      const isNew = await store.insert(event)
      if (!isNew) duplicates.inc({ kind: 'webhook' })
      return isNew
    },
  }
}
