import { latencyObjectiveSeconds, metric, orderObjectiveSeconds } from '../metric-names.ts'
import { atMost } from '../promql.ts'

/** What the shop promises. Rules, alerts, their unit tests, thresholds and rows of dashboards follow from this list. */
export interface Objective {
  /** Value of the label `slo`. */
  readonly name: string
  readonly alert: string
  readonly title: string
  /** What is promised, in words. */
  readonly promise: string
  /** Share of good events. */
  readonly target: number
  /**
   * Bad events and all events in the last `window`, each by namespace and service, as PromQL; `only` are more matchers of
   * series. No events: no value.
   */
  readonly bad: (window: string, only?: string) => string
  readonly events: (window: string, only?: string) => string
  readonly dashboard: 'toko-service' | 'toko-messaging'
  readonly runbook: string
}

const by = 'by (namespace, service)'
const requests = metric.httpServerDuration('count')

/** Increase of a counter over a window, by service; empty matchers are left out. */
const increase = (counter: string, window: string, ...matchers: (string | undefined)[]): string =>
  `sum ${by} (increase(${counter}{${matchers.filter(Boolean).join(',')}}[${window}]))`

/** Streams last as long as their readers; audits and exports read whole books. */
const timed =
  'http_request_method="GET",http_route!~".*/stream|/audit/.*|/internal/audit/.*|/product-imports.*|.*/export|unmatched"'

const ended = metric.orderDuration('count')
const overdue = (only = ''): string => `max ${by} (${metric.ordersOverdue}{${only}})`

export const objectives: readonly Objective[] = [
  {
    name: 'api-availability',
    alert: 'ApiAvailabilityBurn',
    title: 'Answers without a server error',
    promise: '99.9 % of requests are answered without a 5xx',
    target: 0.999,
    bad: (window, only) =>
      `${increase(requests, window, only, 'http_response_status_code=~"5.."')} or 0 * ${increase(requests, window, only)}`,
    events: (window, only) => increase(requests, window, only),
    dashboard: 'toko-service',
    runbook: 'api.md',
  },
  {
    name: 'api-latency',
    alert: 'ApiLatencyBurn',
    title: `Reads within ${latencyObjectiveSeconds} s`,
    promise: `99 % of reads are answered within ${latencyObjectiveSeconds} s`,
    target: 0.99,
    bad: (window, only) =>
      `${increase(requests, window, only, timed)} - ${increase(metric.httpServerDuration('bucket'), window, only, timed, atMost(latencyObjectiveSeconds))}`,
    events: (window, only) => increase(requests, window, only, timed),
    dashboard: 'toko-service',
    runbook: 'api.md',
  },
  {
    name: 'order-outcome',
    alert: 'OrderOutcomeBurn',
    title: `Orders final within ${orderObjectiveSeconds} s`,
    promise: `99 % of placed orders are final within ${orderObjectiveSeconds} s, the time that they wait for their customer aside`,
    target: 0.99,
    // Ended late in the window, or overdue now: an order that never ends must count too.
    bad: (window, only) =>
      `${increase(ended, window, only)} - ${increase(metric.orderDuration('bucket'), window, only, atMost(orderObjectiveSeconds))} + ${overdue(only)}`,
    events: (window, only) => `${increase(ended, window, only)} + ${overdue(only)}`,
    dashboard: 'toko-messaging',
    runbook: 'order-outcome.md',
  },
]
