import { metricRegistry, nodeMetricNames, type MetricName } from '@toko/runtime'
import { describe, expect, it } from 'vitest'
import { foreign, latencyObjectiveSeconds, orderObjectiveSeconds } from '../src/metric-names.ts'
import { allQueries } from './all-queries.ts'
import { read } from './promql.ts'

const queries = allQueries().map(({ where, expr }) => ({ where, expr, ...read(expr) }))
const own = Object.entries(metricRegistry)
/** Series of a metric as Prometheus stores them. */
const seriesOf = (name: string, type: string) =>
  type === 'histogram' ? ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`) : [name]

const labelsBySeries = new Map<string, readonly string[]>([
  ...own.flatMap(([name, { type, labels }]) =>
    seriesOf(name, type).map((series) => [series, ['le', ...Object.keys(labels)]] as const),
  ),
  ...nodeMetricNames.flatMap((name) => [name, `${name}_sum`].map((series) => [series, ['kind']] as const)),
])
const foreignSeries: ReadonlySet<string> = new Set(Object.values(foreign))
/** Of every series: what Prometheus adds, and what the services do. */
const everywhere = ['namespace', 'service', 'instance', 'job']

describe('queries of dashboards and rules', () => {
  it('are there at all', () => expect(queries.length).toBeGreaterThan(150))

  it('are PromQL', () =>
    expect(queries.flatMap(({ where, faults }) => faults.map((fault) => [where, fault]))).toEqual([]))

  it('read series that services export, or that are known of other programs', () => {
    const unknown = queries.flatMap(({ where, selectors }) =>
      selectors
        .filter(({ metric }) => !labelsBySeries.has(metric) && !foreignSeries.has(metric))
        .filter(({ metric }) => metric !== 'ALERTS' && !metric.startsWith('toko_slo'))
        .map(({ metric }) => `${where}: ${metric}`),
    )
    expect(unknown).toEqual([])
  })

  it('match and group by labels that those series have', () => {
    const wrong = queries.flatMap(({ where, selectors, grouped }) => {
      const ownSelectors = selectors.filter(({ metric }) => labelsBySeries.has(metric))
      const known = [...everywhere, ...ownSelectors.flatMap(({ metric }) => labelsBySeries.get(metric)!)]
      const matched = ownSelectors.flatMap(({ metric, labels }) =>
        labels.filter((label) => ![...everywhere, ...labelsBySeries.get(metric)!].includes(label)),
      )
      const isAllOwn = ownSelectors.length === selectors.length
      return [...matched, ...(isAllOwn ? grouped.filter((label) => !known.includes(label)) : [])].map(
        (label) => `${where}: ${label}`,
      )
    })
    expect(wrong).toEqual([])
  })

  it('find a bucket at each promised time', () => {
    const boundsOf = (name: MetricName) => metricRegistry[name].buckets
    expect(boundsOf('http_server_request_duration_seconds')).toContain(latencyObjectiveSeconds)
    expect(boundsOf('toko_order_duration_seconds')).toContain(orderObjectiveSeconds)
  })

  /** Not a fault: they are there for people who ask. A name that leaves this list has found its panel. */
  it('leave these metrics of the services alone', () => {
    const used = new Set(queries.flatMap(({ selectors }) => selectors.map(({ metric }) => metric)))
    const unused = own.filter(([name, { type }]) => !seriesOf(name, type).some((series) => used.has(series)))
    expect(unused.map(([name]) => name).toSorted()).toEqual([
      'messaging_client_consumed_messages_total',
      'rpc_server_duration_seconds',
      'toko_mails_total',
      'toko_password_hashes_total',
      'toko_payment_effects_total',
      'toko_payment_faults_total',
      'toko_reconciliation_checked_orders',
      'toko_rpc_client_not_sent_total',
      'toko_rpc_client_retries_total',
      'toko_rpc_expired_requests_total',
      'toko_rpc_late_replies_total',
      'toko_session_refreshes_total',
      'toko_stock_forecasts_total',
      'toko_stock_running_low_total',
    ])
  })
})
