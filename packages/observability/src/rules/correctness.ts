import { metric } from '../metric-names.ts'
import type { Pace } from '../slo/windows.ts'
import type { Alert } from './rule.ts'

/** Kinds of `toko_order_alerts_total` that say that money or goods went wrong; the others are late, not wrong. */
const wrongOrders =
  'not-allocated|not-freed|captured-while-voiding|payment-mismatch|payment-orphaned|unknown-order|refund-refused'

const page = { severity: 'page', dashboard: 'toko-messaging', runbook: 'correctness.md' } as const

/** Rules of the shop that must never be broken: one is enough, at once, and no budget allows it. */
export const correctnessAlerts = ({ over }: Pace): readonly Alert[] => [
  {
    ...page,
    alert: 'BooksDiffer',
    forSeconds: 0,
    expr: `max by (namespace, service, invariant) (${metric.differences}) > 0`,
    summary: 'The books of the services differ: {{ $labels.invariant }}',
    description:
      'The reconciliation compared orders, reservations, stock and payments at rest and found a difference. GET /audit/reconciliation names each.',
    proof: { kind: 'level', series: `${metric.differences}{service="order",invariant="I1"}`, firing: 1, quiet: 0 },
  },
  {
    ...page,
    alert: 'OrderWentWrong',
    forSeconds: 0,
    expr: `sum by (namespace, service, kind) (increase(${metric.orderAlerts}{kind=~"${wrongOrders}"}[${over(10)}])) > 0`,
    summary: 'An order went wrong: {{ $labels.kind }}',
    description:
      'The order service met what its protocol rules out. The log line "order alert" has the order\'s id; toko order <id> tells its story.',
    proof: {
      kind: 'increase',
      series: `${metric.orderAlerts}{service="order",kind="payment-mismatch"}`,
      firing: 1,
      quiet: 0,
    },
  },
  {
    ...page,
    alert: 'ReservationWentWrong',
    forSeconds: 0,
    expr: `sum by (namespace, service, kind) (increase(${metric.reservationAlerts}[${over(10)}])) > 0`,
    summary: 'A reservation went wrong: {{ $labels.kind }}',
    description:
      'The product service was asked for what must never happen to stock. The log line "reservation alert" has the order\'s id or the SKU.',
    proof: {
      kind: 'increase',
      series: `${metric.reservationAlerts}{service="product",kind="release-refused"}`,
      firing: 1,
      quiet: 0,
    },
  },
  {
    ...page,
    alert: 'DocumentParked',
    forSeconds: 0,
    expr: `max by (namespace, service) (${metric.ordersParked}) > 0 or max by (namespace, service) (${metric.parkedDocuments}) > 0`,
    summary: 'A document of {{ $labels.service }} contradicts itself and was put aside',
    description:
      'No sweeper touches it until a person has looked: its order does not go on. The log names it and says which rule it breaks.',
    proof: { kind: 'level', series: `${metric.ordersParked}{service="order"}`, firing: 1, quiet: 0 },
  },
]
