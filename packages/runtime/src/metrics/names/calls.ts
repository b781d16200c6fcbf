import { counter, gauge, histogram, open } from '../define.ts'

/** Methods that clients of an HTTP API use; every other is `_OTHER`, as the semantic conventions say. */
export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '_OTHER'] as const

const reasons = [
  'refused',
  'dns',
  'connect-timeout',
  'breaker-open',
  'too-many-calls',
  'no-time-left',
  'no-token',
  'invalid-request',
  'stopped',
  'not-started',
  'rate-limited',
  'no-method',
  'bus-blocked',
] as const

/** What services serve and call, over HTTP and by RPC. */
export const callMetrics = {
  http_server_request_duration_seconds: histogram('Time from request to the end of its answer', {
    http_request_method: httpMethods,
    http_route: open(100),
    http_response_status_code: open(),
    error_type: open(),
  }),
  http_server_active_requests: gauge('{request}', 'Requests under way'),
  http_client_request_duration_seconds: histogram('Time of one attempt of an outgoing HTTP call', {
    server_address: open(),
    http_request_method: httpMethods,
    http_response_status_code: open(),
    error_type: open(),
  }),
  toko_http_client_retries_total: counter('{attempt}', 'Retried attempts', { server_address: open() }),
  toko_http_client_not_sent_total: counter('{call}', 'Calls that this process did not send', {
    server_address: open(),
    reason: reasons,
  }),
  toko_breaker_state: gauge('1', 'Circuit breaker: 0 closed, 1 half-open, 2 open', { target: open() }),
  rpc_server_duration_seconds: histogram('Time from the start of a call by RPC to its reply', {
    rpc_method: open(100),
    error_type: open(),
  }),
  rpc_client_duration_seconds: histogram('Time of one attempt of an outgoing call by RPC', {
    server_address: open(),
    rpc_method: open(100),
    error_type: open(),
  }),
  toko_rpc_client_retries_total: counter('{attempt}', 'Retried attempts', { server_address: open() }),
  toko_rpc_client_not_sent_total: counter('{call}', 'Calls that this process did not send', {
    server_address: open(),
    reason: reasons,
  }),
}
