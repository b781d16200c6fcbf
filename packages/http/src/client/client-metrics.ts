import type { MetricCounter, MetricGauge, MetricHistogram, Metrics } from '@toko/runtime'

/** What the calls of any transport count. */
export interface CallMeters {
  readonly retries: MetricCounter<'server_address'>
  /** Calls given up by this process before anything was sent. */
  readonly notSent: MetricCounter<'server_address' | 'reason'>
}

export interface ClientMetrics extends CallMeters {
  /** One attempt, in seconds. */
  readonly duration: MetricHistogram<
    'server_address' | 'http_request_method' | 'http_response_status_code' | 'error_type'
  >
}

/** A name can be registered once per registry, while a service has a client per target. */
export function oncePerRegistry<T>(register: (metrics: Metrics) => T): (metrics: Metrics) => T {
  const registered = new WeakMap<Metrics, T>()
  return (metrics) => {
    const known = registered.get(metrics)
    if (known) return known
    const created = register(metrics)
    registered.set(metrics, created)
    return created
  }
}

export const breakerGauge = oncePerRegistry((metrics): MetricGauge<'target'> =>
  metrics.gauge('toko_breaker_state', '0 closed, 1 half-open, 2 open', ['target']),
)

export const clientMetrics = oncePerRegistry((metrics): ClientMetrics => ({
  duration: metrics.histogram('http_client_request_duration_seconds', 'Attempts of outgoing HTTP calls', [
    'server_address',
    'http_request_method',
    'http_response_status_code',
    'error_type',
  ]),
  retries: metrics.counter('toko_http_client_retries_total', 'Retried attempts', ['server_address']),
  notSent: metrics.counter('toko_http_client_not_sent_total', 'Calls that this process did not send', [
    'server_address',
    'reason',
  ]),
}))
