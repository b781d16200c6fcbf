import { type CallMeters, oncePerRegistry } from '@toko/http'
import type { MetricHistogram } from '@toko/runtime'

export interface RpcClientMetrics extends CallMeters {
  /** One attempt, in seconds. */
  readonly duration: MetricHistogram<'server_address' | 'rpc_method' | 'error_type'>
}

export const rpcClientMetrics = oncePerRegistry((metrics): RpcClientMetrics => ({
  duration: metrics.histogram('rpc_client_duration_seconds', 'Attempts of outgoing calls by RPC', [
    'server_address',
    'rpc_method',
    'error_type',
  ]),
  retries: metrics.counter('toko_rpc_client_retries_total', 'Retried attempts', ['server_address']),
  notSent: metrics.counter('toko_rpc_client_not_sent_total', 'Calls that this process did not send', [
    'server_address',
    'reason',
  ]),
}))
