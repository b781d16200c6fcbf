import type { Metrics } from '@toko/runtime'
import { refundsOf, shipmentsOf } from '../domain/ledgers.ts'
import type { Order } from '../domain/order.ts'
import { openRefunds } from '../domain/pending-work.ts'
import { isFinal } from '../domain/status.ts'
import type { Transition } from '../domain/transition.ts'
import type { OrderStore } from '../ports.ts'

/** Seconds from the order to its final status; most of the fast path ends in the first bounds. */
const bounds = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900]

const placementFinals = ['confirmed', 'rejected', 'cancelled', 'expired'] as const

/** The first final status: what people do with a confirmed order afterwards is no second end of its placement. */
const endsPlacement = ({ from, to }: Transition): boolean =>
  !isFinal(from.status) && from.status !== 'refunding' && isFinal(to.status)

/** Counts what was really written: orders placed, how their placement ended and how long it took, shipments and refunds. */
export function meteredOrderStore(store: OrderStore, metrics: Metrics): OrderStore {
  const placed = metrics.counter('toko_orders_placed_total', 'Orders made durable', [])
  const ended = metrics.counter('toko_orders_final_total', 'Orders whose placement ended', ['status', 'reason'])
  const seconds = metrics.histogram(
    'toko_order_duration_seconds',
    'From the order to the end of its placement',
    ['status'],
    bounds,
  )
  const refunds = metrics.counter('toko_refunds_total', 'Refunds, as they were asked for and as they were paid', [
    'state',
  ])
  const shipments = metrics.counter('toko_shipments_total', 'Shipments of orders', [])
  for (const status of placementFinals) ended.inc({ status, reason: '' }, 0)
  for (const state of ['requested', 'succeeded']) refunds.inc({ state }, 0)
  shipments.inc({}, 0)

  function count(change: Transition): void {
    const { from, to } = change
    if (endsPlacement(change)) {
      ended.inc({ status: to.status, reason: to.reason ?? '' })
      seconds.observe({ status: to.status }, (to.history.at(-1)!.at - to.history[0]!.at) / 1000)
    }
    shipments.inc({}, shipmentsOf(to).length - shipmentsOf(from).length)
    refunds.inc({ state: 'requested' }, refundsOf(to).length - refundsOf(from).length)
    refunds.inc({ state: 'succeeded' }, succeeded(to) - succeeded(from))
  }
  return {
    ...store,
    async insert(order, events) {
      const result = await store.insert(order, events)
      if (typeof result !== 'string') placed.inc({})
      return result
    },
    async write(change) {
      const written = await store.write(change)
      if (written) count(change)
      return written
    },
  }
}

const succeeded = (order: Order): number => refundsOf(order).length - openRefunds(order).length
