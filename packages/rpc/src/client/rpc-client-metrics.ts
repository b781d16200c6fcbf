import type { CallMeters } from '@toko/http'
import type { MetricHistogram, MetricLabels, Metrics } from '@toko/runtime'

export interface RpcClientMetrics extends CallMeters {
  /** One attempt, in seconds. */
  readonly duration: MetricHistogram<MetricLabels<'rpc_client_duration_seconds'>>
}

export const rpcClientMetrics = (metrics: Metrics): RpcClientMetrics => ({
  duration: metrics.histogram('rpc_client_duration_seconds'),
  retries: metrics.counter('toko_rpc_client_retries_total'),
  notSent: metrics.counter('toko_rpc_client_not_sent_total'),
})
