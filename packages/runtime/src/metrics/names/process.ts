import { counter, gauge, open } from '../define.ts'

/** The process and its own telemetry. */
export const processMetrics = {
  toko_build_info: gauge('1', 'Always 1: which build runs', { version: open(), commit: open() }),
  nodejs_heap_size_used_after_gc_bytes: gauge('By', 'Heap in use when the last full collection ended'),
  nodejs_eventloop_utilization_ratio: gauge('1', 'Share of the time since the last scrape that the event loop worked'),
  toko_telemetry_exported_spans_total: counter('{span}', 'Spans that the collector took'),
  toko_telemetry_dropped_spans_total: counter('{span}', 'Spans lost in this process, by why', {
    reason: ['queue_full', 'export_failed'],
  }),
  toko_telemetry_queued_spans: gauge('{span}', 'Spans that wait to be sent'),
  toko_telemetry_queue_capacity_spans: gauge('{span}', 'Spans that can wait; more are dropped'),
  toko_invalid_trace_context_total: counter('{header}', 'Malformed trace headers of callers, ignored', {
    carrier: ['http', 'message'],
    header: ['traceparent', 'baggage'],
  }),
  toko_metrics_dropped_labels_total: counter('{value}', 'Label values beyond a limit, counted as other', {
    metric: open(1000),
  }),
}

/** What prom-client tells of a Node process, told once for each process. */
export const nodeMetricNames = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_version_info',
  'nodejs_gc_duration_seconds',
] as const
export type NodeMetricName = (typeof nodeMetricNames)[number]
