import type { OrderStatus } from '@toko/contracts'
import type { MetricLabels, Metrics } from '@toko/runtime'
import { refundsOf, shipmentsOf } from '../domain/ledgers.ts'
import { lastPayment, type Order } from '../domain/order.ts'
import { openRefunds } from '../domain/pending-work.ts'
import { placementMs } from '../domain/placement-time.ts'
import { isFinal } from '../domain/status.ts'
import type { Transition } from '../domain/transition.ts'
import type { OrderStore } from '../ports.ts'

/** What begins with these statuses: something that was done before is taken back. */
const compensations = {
  cancelling: 'release',
  voiding: 'void',
  freeing: 'free',
  refunding: 'refund',
} as const satisfies Partial<Record<OrderStatus, MetricLabels<'toko_saga_compensations_total'>['step']>>

type PaymentOutcome = MetricLabels<'toko_payment_attempts_total'>['outcome']
const outcomes: Readonly<Record<string, PaymentOutcome>> = {
  approved: 'approved',
  declined: 'declined',
  unknown: 'failed',
}

/** The outcome that this change brought the last payment attempt to; a later one, such as its capture, is no second. */
function paymentOutcome({ from, to }: Transition): PaymentOutcome | undefined {
  const [before, after] = [lastPayment(from), lastPayment(to)]
  return before?.state === 'requested' && before.key === after?.key ? outcomes[after.state] : undefined
}

type Final = MetricLabels<'toko_orders_final_total'>['status']
const finals: ReadonlySet<OrderStatus> = new Set<Final>(['confirmed', 'rejected', 'cancelled', 'expired'])

/** The first final status: what people do with a confirmed order afterwards is no second end of its placement. */
function endOfPlacement({ from, to }: Transition): Final | undefined {
  const isEnd = !isFinal(from.status) && from.status !== 'refunding' && finals.has(to.status)
  return isEnd ? (to.status as Final) : undefined
}

/**
 * Counts what was really written: orders placed, how their placement ended and how long it took, shipments and refunds.
 * @param noteOrder told which order a request made or asked for again
 */
export function meteredOrderStore(
  store: OrderStore,
  metrics: Metrics,
  noteOrder: (orderId: string) => void,
): OrderStore {
  const placed = metrics.counter('toko_orders_placed_total')
  const ended = metrics.counter('toko_orders_final_total')
  const seconds = metrics.histogram('toko_order_duration_seconds')
  const refunds = metrics.counter('toko_refunds_total')
  const shipments = metrics.counter('toko_shipments_total')
  const compensated = metrics.counter('toko_saga_compensations_total')
  const payments = metrics.counter('toko_payment_attempts_total')
  const duplicates = metrics.counter('toko_duplicates_dropped_total')

  function count(change: Transition): void {
    const { from, to } = change
    const status = endOfPlacement(change)
    if (status) {
      ended.inc({ status, reason: to.reason ?? '' })
      seconds.observe({ status }, placementMs(to) / 1000)
    }
    const step = from.status === to.status ? undefined : compensations[to.status as keyof typeof compensations]
    if (step) compensated.inc({ step })
    const outcome = paymentOutcome(change)
    if (outcome) payments.inc({ outcome })
    shipments.inc({}, shipmentsOf(to).length - shipmentsOf(from).length)
    refunds.inc({ state: 'requested' }, refundsOf(to).length - refundsOf(from).length)
    refunds.inc({ state: 'succeeded' }, succeeded(to) - succeeded(from))
  }
  return {
    ...store,
    async insert(order, events) {
      const result = await store.insert(order, events)
      if (typeof result === 'string') return result
      placed.inc({})
      noteOrder(result._id)
      return result
    },
    async replay(...key) {
      const replayed = await store.replay(...key)
      if (replayed) {
        duplicates.inc({ kind: 'request' })
        noteOrder(replayed._id)
      }
      return replayed
    },
    async write(change) {
      const written = await store.write(change)
      if (written) count(change)
      return written
    },
  }
}

const succeeded = (order: Order): number => refundsOf(order).length - openRefunds(order).length
