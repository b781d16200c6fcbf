import { metric } from '../metric-names.ts'
import { rate } from '../promql.ts'
import { inShop, mustBeZero, type Row } from './panel.ts'

/** What must be 0. */
export const invariants: Row = {
  title: 'Nothing may be wrong here',
  panels: [
    {
      kind: 'stat',
      title: 'Dead letters',
      description: 'Messages that wait for a person. Red: runbook DeadLettersWait.',
      ...mustBeZero,
      width: 5,
      height: 5,
      queries: [{ expr: `sum(max by (queue) (${metric.deadLettersParked}{${inShop}})) or vector(0)`, instant: true }],
    },
    {
      kind: 'stat',
      title: 'Differences of the books',
      description: 'Red: runbook BooksDiffer.',
      ...mustBeZero,
      width: 5,
      height: 5,
      queries: [{ expr: `sum(max by (invariant) (${metric.differences}{${inShop}}))`, instant: true }],
    },
    {
      kind: 'stat',
      title: 'Parked documents',
      description: 'They contradict themselves and nothing touches them. Red: runbook DocumentParked.',
      ...mustBeZero,
      width: 5,
      height: 5,
      queries: [
        {
          expr: `sum(max by (service) (${metric.ordersParked}{${inShop}} or ${metric.parkedDocuments}{${inShop}}))`,
          instant: true,
        },
      ],
    },
    {
      kind: 'stat',
      title: 'Since the books were compared',
      description: 'Red above 15 minutes: runbook ReconciliationSilent.',
      unit: 's',
      red: { at: 900 },
      width: 4,
      height: 5,
      queries: [{ expr: `time() - max(${metric.reconciled}{${inShop}} > 0)`, instant: true }],
      emptyUnless: 'the first reconciliation has run, a minute after the start',
    },
    {
      kind: 'stat',
      title: 'Alarms of orders and reservations',
      description: 'In the shown time. Red: runbooks OrderWentWrong, OrderWorkLate and ReservationWentWrong.',
      ...mustBeZero,
      width: 5,
      height: 5,
      queries: [
        {
          expr: `sum(increase(${metric.orderAlerts}{${inShop}}[$__range])) + sum(increase(${metric.reservationAlerts}{${inShop}}[$__range]))`,
          instant: true,
        },
      ],
    },
  ],
}

/** What the steps of all orders do. */
export const sagas: Row = {
  title: 'Sagas',
  panels: [
    {
      kind: 'timeseries',
      title: 'Steps that got no answer',
      description: 'Repeated later, by step: it names the neighbour that is slow or away.',
      unit: 'ops',
      width: 8,
      queries: [{ expr: `sum by (step) (${rate(`${metric.stepFailures}{${inShop}}`)})`, legend: '{{step}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Compensations',
      description: 'What was done is taken back, by step. They follow declined payments and cancelled orders.',
      unit: 'ops',
      width: 8,
      queries: [{ expr: `sum by (step) (${rate(`${metric.compensations}{${inShop}}`)})`, legend: '{{step}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Payment attempts',
      description: "Declined is the buyer's trouble; failed is ours.",
      unit: 'ops',
      width: 8,
      queries: [{ expr: `sum by (outcome) (${rate(`${metric.paymentAttempts}{${inShop}}`)})`, legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Reservations by state',
      description: 'Which state they reach. Many released for insufficient stock: something is sold out.',
      unit: 'ops',
      width: 12,
      queries: [
        {
          expr: `sum by (status, reason) (${rate(`${metric.reservations}{${inShop}}`)})`,
          legend: '{{status}} {{reason}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Undecided reservations',
      description:
        'How many, the age of the oldest, and holds that outlived their time. Old ones hold stock from others.',
      unit: 'none',
      width: 12,
      queries: [
        { expr: `max(${metric.reservationsOpen}{${inShop}})`, legend: 'open' },
        { expr: `max(${metric.reservationsOldest}{${inShop}})`, legend: 'age of the oldest, s' },
        { expr: `sum(${rate(`${metric.reservationsExpired}{${inShop}}`)})`, legend: 'expired a second' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Webhooks of the payment provider',
      description: 'Waiting ones, and attempts. Waiting ones that rise: the order service does not take them.',
      unit: 'none',
      width: 12,
      queries: [
        { expr: `max(${metric.webhooksPending}{${inShop}})`, legend: 'waiting' },
        { expr: `sum by (outcome) (${rate(`${metric.webhooks}{${inShop}}`)})`, legend: '{{outcome}} a second' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Refunds and shipments',
      description: 'What people do with confirmed orders.',
      unit: 'ops',
      width: 12,
      queries: [
        { expr: `sum by (state) (${rate(`${metric.refunds}{${inShop}}`)})`, legend: 'refunds {{state}}' },
        { expr: `sum(${rate(`${metric.shipments}{${inShop}}`)})`, legend: 'shipments' },
      ],
    },
  ],
}
