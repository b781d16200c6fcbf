import type { MetricCounter, MetricHistogram, MetricLabels, Metrics } from '@toko/runtime'

/** What the calls of any transport count. */
export interface CallMeters {
  readonly retries: MetricCounter<MetricLabels<'toko_http_client_retries_total'>>
  /** Calls given up by this process before anything was sent. */
  readonly notSent: MetricCounter<MetricLabels<'toko_http_client_not_sent_total'>>
}

export interface ClientMetrics extends CallMeters {
  /** One attempt, in seconds. */
  readonly duration: MetricHistogram<MetricLabels<'http_client_request_duration_seconds'>>
}

export const clientMetrics = (metrics: Metrics): ClientMetrics => ({
  duration: metrics.histogram('http_client_request_duration_seconds'),
  retries: metrics.counter('toko_http_client_retries_total'),
  notSent: metrics.counter('toko_http_client_not_sent_total'),
})
