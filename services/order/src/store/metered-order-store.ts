import type { OrderStatus } from '@toko/contracts'
import type { Metrics } from '@toko/runtime'
import { isFinal, nextStatuses } from '../domain/status.ts'
import type { OrderStore } from '../ports.ts'

/** Seconds from the order to its final status; most of the fast path ends in the first bounds. */
const bounds = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900]

/** Counts what was really written: orders placed, every final status, and how long it took. */
export function meteredOrderStore(store: OrderStore, metrics: Metrics): OrderStore {
  const placed = metrics.counter('toko_orders_placed_total', 'Orders made durable', [])
  const ended = metrics.counter('toko_orders_final_total', 'Orders that reached a final status', ['status', 'reason'])
  const seconds = metrics.histogram(
    'toko_order_duration_seconds',
    'From the order to its final status',
    ['status'],
    bounds,
  )
  const finals = (Object.keys(nextStatuses) as OrderStatus[]).filter(isFinal)
  for (const status of finals) ended.inc({ status, reason: '' }, 0)
  return {
    ...store,
    async insert(order, events) {
      const result = await store.insert(order, events)
      if (typeof result !== 'string') placed.inc({})
      return result
    },
    async write(change) {
      const written = await store.write(change)
      if (written && change.from.status !== change.to.status && isFinal(written.status)) {
        ended.inc({ status: written.status, reason: written.reason ?? '' })
        seconds.observe({ status: written.status }, (written.history.at(-1)!.at - written.history[0]!.at) / 1000)
      }
      return written
    },
  }
}
