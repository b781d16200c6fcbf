import { foreign, metric } from '../metric-names.ts'
import type { Pace } from '../slo/windows.ts'
import type { Alert } from './rule.ts'

const of = 'by (namespace, service)'
const databaseCount = metric.databaseDuration('count')

const mebibyte = 1_048_576
/** An idle service holds a third of it; with it a process is near the 256 MiB that its pod may have. */
const heapLimitMiB = 150

/** Why an objective may be missed soon. Nobody gets up for them: if it matters, the objective's own alert pages. */
export const causeAlerts = ({ over }: Pace): readonly Alert[] => [
  {
    alert: 'OrdersLate',
    severity: 'ticket',
    forSeconds: 120,
    expr: `max ${of} (${metric.ordersOverdue}) > 0`,
    summary: 'Orders are overdue',
    description:
      'They wait for the shop, not for their customers, for more than 30 s: a neighbour or the sweeper is slow.',
    dashboard: 'toko-messaging',
    runbook: 'order-outcome.md',
    proof: { kind: 'level', series: `${metric.ordersOverdue}{service="order"}`, firing: 1, quiet: 0 },
  },
  {
    alert: 'OrderWorkLate',
    severity: 'ticket',
    forSeconds: 0,
    expr: `sum by (namespace, service, kind) (increase(${metric.orderAlerts}{kind=~"authorised-too-long|not-captured|stock-late|refund-late|step-failed"}[${over(10)}])) > 0`,
    summary: 'Work on an order is late: {{ $labels.kind }}',
    description: 'It is repeated until it is done; the log line "order alert" has the order\'s id.',
    dashboard: 'toko-messaging',
    runbook: 'order-outcome.md',
    proof: {
      kind: 'increase',
      series: `${metric.orderAlerts}{service="order",kind="not-captured"}`,
      firing: 1,
      quiet: 0,
    },
  },
  {
    alert: 'BreakerOpen',
    severity: 'ticket',
    forSeconds: 60,
    // A probe closes it for a moment, or half opens it for as long as nobody answers: it was open within the last minute.
    expr: `max by (namespace, service, target) (max_over_time(${metric.breaker}[${over(1)}])) == 2`,
    summary: '{{ $labels.service }} gave up calling {{ $labels.target }} for now',
    description: 'Its calls failed too often; a probe closes the breaker when the target answers again.',
    dashboard: 'toko-service',
    runbook: 'api.md',
    proof: {
      kind: 'level',
      series: `${metric.breaker}{service="order",target="product-service"}`,
      firing: 2,
      quiet: 1,
    },
  },
  {
    alert: 'DatabaseErrors',
    severity: 'ticket',
    forSeconds: 120,
    expr: `sum ${of} (rate(${databaseCount}{error_type!=""}[${over(5)}])) / sum ${of} (rate(${databaseCount}[${over(5)}])) > 0.05`,
    summary: 'More than 5 % of the database commands of {{ $labels.service }} fail',
    description:
      'No primary, a write concern that is not met, or a full disk; the table of the dashboard has the kinds.',
    dashboard: 'toko-service',
    runbook: 'platform.md',
    proof: {
      kind: 'increase',
      series: `${databaseCount}{service="order",error_type="MongoNetworkError"}`,
      drops: ['error_type'],
      firing: 10,
      quiet: 4,
      beside: { [`${databaseCount}{service="order",error_type=""}`]: 90 },
    },
  },
  {
    alert: 'EventLoopBusy',
    severity: 'ticket',
    forSeconds: 120,
    // A process that is busy misses scrapes, too: a gap must not begin the wait anew.
    expr: `max ${of} (max_over_time(${metric.loopLag}[${over(1)}])) > 0.25`,
    summary: 'The event loop of {{ $labels.service }} is late by more than 250 ms',
    description: 'Everything in the process waits: too much load, one long computation, or garbage collection.',
    dashboard: 'toko-service',
    runbook: 'platform.md',
    proof: { kind: 'level', series: `${metric.loopLag}{service="user"}`, firing: 0.3, quiet: 0.25 },
  },
  {
    alert: 'HeapGrows',
    severity: 'ticket',
    forSeconds: 120,
    // Not the heap in use: a calm service collects its garbage so seldom that this stays above any limit for minutes.
    expr: `max ${of} (min_over_time(${metric.heapAfterGc}[${over(5)}])) > ${heapLimitMiB * mebibyte}`,
    summary: `The heap of {{ $labels.service }} stays above ${heapLimitMiB} MiB`,
    description:
      'Collections do not free it: a leak, or more work at once than its memory is made for. Then it is killed.',
    dashboard: 'toko-service',
    runbook: 'platform.md',
    proof: {
      kind: 'level',
      series: `${metric.heapAfterGc}{service="product"}`,
      firing: heapLimitMiB * mebibyte + 1,
      quiet: heapLimitMiB * mebibyte,
    },
  },
  {
    alert: 'ServiceRestarts',
    severity: 'ticket',
    forSeconds: 0,
    expr: `sum ${of} (changes(${metric.started}[${over(15)}])) > 2`,
    summary: '{{ $labels.service }} started more than twice in 15 minutes',
    description: 'It crashes or is killed: out of memory, a failing liveness probe, or a node that goes.',
    dashboard: 'toko-service',
    runbook: 'platform.md',
    proof: { kind: 'increase', series: `${metric.started}{service="payment"}`, firing: 1, quiet: 0 },
  },
  {
    alert: 'QueueDeep',
    severity: 'ticket',
    forSeconds: 300,
    expr: `max by (namespace, queue) (${foreign.queueMessages}) > 1000`,
    summary: 'More than 1,000 messages wait in {{ $labels.queue }}',
    description: 'Its consumers are slow or away; the sweepers do their work meanwhile, more slowly.',
    dashboard: 'toko-messaging',
    runbook: 'messaging.md',
    proof: { kind: 'level', series: `${foreign.queueMessages}{queue="rpc-product"}`, firing: 1001, quiet: 1000 },
  },
  {
    alert: 'BusDisconnected',
    severity: 'ticket',
    forSeconds: 60,
    expr: `min ${of} (${metric.busConnected}) < 1`,
    summary: '{{ $labels.service }} has no connection to the bus',
    description: 'Its messages wait in the outbox and it hears of nothing; OutboxStuck pages when that lasts.',
    dashboard: 'toko-messaging',
    runbook: 'messaging.md',
    proof: { kind: 'level', series: `${metric.busConnected}{service="product"}`, firing: 0, quiet: 1 },
  },
  {
    alert: 'WebhooksWait',
    severity: 'ticket',
    forSeconds: 300,
    expr: `max ${of} (${metric.webhooksPending}) > 100`,
    summary: 'More than 100 webhooks of the payment service wait',
    description: 'The order service does not take them; orders end by its own questions, later.',
    dashboard: 'toko-messaging',
    runbook: 'order-outcome.md',
    proof: { kind: 'level', series: `${metric.webhooksPending}{service="payment"}`, firing: 101, quiet: 100 },
  },
]
