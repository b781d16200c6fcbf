import type { MetricName, NameOf, nodeMetricNames } from '@toko/runtime'

type NodeMetricName = (typeof nodeMetricNames)[number]

/** The parts of a histogram as Prometheus stores them. */
type Part = 'bucket' | 'count' | 'sum'
const histogram =
  <N extends NameOf<'histogram'> | NodeMetricName>(name: N) =>
  <P extends Part>(part: P): `${N}_${P}` =>
    `${name}_${part}`

/** Bounds that the histograms of the services must have (tested against their real output). */
export const latencyObjectiveSeconds = 0.3
export { orderObjectiveSeconds } from '@toko/contracts'

export const serviceNames = ['user', 'product', 'order', 'payment'] as const

/** Series of the services that rules and dashboards read; packages/runtime has the list of all. */
export const metric = {
  httpServerDuration: histogram('http_server_request_duration_seconds'),
  httpActive: 'http_server_active_requests',
  httpClientDuration: histogram('http_client_request_duration_seconds'),
  rpcClientDuration: histogram('rpc_client_duration_seconds'),
  httpRetries: 'toko_http_client_retries_total',
  httpNotSent: 'toko_http_client_not_sent_total',
  breaker: 'toko_breaker_state',
  databaseDuration: histogram('db_client_operation_duration_seconds'),
  processDuration: histogram('messaging_process_duration_seconds'),
  sent: 'messaging_client_sent_messages_total',
  messageAge: histogram('toko_message_age_seconds'),
  deadLetters: 'toko_dead_letters_total',
  deadLettersParked: 'toko_dead_letters_parked',
  busConnected: 'toko_bus_connected',
  busPending: 'toko_bus_pending_messages',
  outboxPending: 'toko_outbox_pending',
  outboxOldest: 'toko_outbox_oldest_age_seconds',
  outboxPublished: 'toko_outbox_published_total',
  outboxErrors: 'toko_outbox_publish_errors_total',
  ordersPlaced: 'toko_orders_placed_total',
  ordersFinal: 'toko_orders_final_total',
  orderDuration: histogram('toko_order_duration_seconds'),
  ordersOverdue: 'toko_orders_overdue',
  ordersParked: 'toko_orders_parked',
  orderAlerts: 'toko_order_alerts_total',
  refunds: 'toko_refunds_total',
  shipments: 'toko_shipments_total',
  differences: 'toko_reconciliation_differences',
  reconciled: 'toko_reconciliation_last_success_timestamp_seconds',
  reservations: 'toko_reservations_total',
  reservationAlerts: 'toko_reservation_alerts_total',
  parkedDocuments: 'toko_parked_documents',
  webhooks: 'toko_payment_webhooks_total',
  webhooksPending: 'toko_payment_webhooks_pending',
  paymentAttempts: 'toko_payment_attempts_total',
  stepFailures: 'toko_saga_step_failures_total',
  compensations: 'toko_saga_compensations_total',
  duplicates: 'toko_duplicates_dropped_total',
  reservationsOpen: 'toko_reservations_open',
  reservationsOldest: 'toko_reservations_oldest_age_seconds',
  reservationsExpired: 'toko_reservations_expired_total',
  signIns: 'toko_sign_ins_total',
  hashesWaiting: 'toko_password_hashes_waiting',
  hashesRefused: 'toko_password_hashes_refused_total',
  buildInfo: 'toko_build_info',
  spansExported: 'toko_telemetry_exported_spans_total',
  spansDropped: 'toko_telemetry_dropped_spans_total',
  spansQueued: 'toko_telemetry_queued_spans',
  spansCapacity: 'toko_telemetry_queue_capacity_spans',
  invalidContext: 'toko_invalid_trace_context_total',
  labelsDropped: 'toko_metrics_dropped_labels_total',
  loopUtilisation: 'nodejs_eventloop_utilization_ratio',
  loopLag: 'nodejs_eventloop_lag_p99_seconds',
  heapAfterGc: 'nodejs_heap_size_used_after_gc_bytes',
  gc: histogram('nodejs_gc_duration_seconds'),
  resident: 'process_resident_memory_bytes',
  cpu: 'process_cpu_seconds_total',
  started: 'process_start_time_seconds',
} as const satisfies Readonly<Record<string, MetricName | NodeMetricName | ((part: Part) => string)>>

/** Series of others' programs: the broker, the exporter of MongoDB, the collector, Prometheus, the kubelet. */
export const foreign = {
  up: 'up',
  queueMessages: 'rabbitmq_detailed_queue_messages',
  queueConsumers: 'rabbitmq_detailed_queue_consumers',
  memoryAlarm: 'rabbitmq_alarms_memory_used_watermark',
  diskAlarm: 'rabbitmq_alarms_free_disk_space_watermark',
  brokerDiskFree: 'rabbitmq_disk_space_available_bytes',
  brokerDiskLimit: 'rabbitmq_disk_space_available_limit_bytes',
  brokerMemory: 'rabbitmq_process_resident_memory_bytes',
  brokerMemoryLimit: 'rabbitmq_resident_memory_limit_bytes',
  brokerConnections: 'rabbitmq_connections',
  mongoUp: 'mongodb_up',
  mongoConnections: 'mongodb_ss_connections',
  mongoOperations: 'mongodb_ss_opcounters',
  mongoQueue: 'mongodb_ss_globalLock_currentQueue',
  mongoCache: 'mongodb_ss_wt_cache_bytes_currently_in_the_cache',
  mongoCacheLimit: 'mongodb_ss_wt_cache_maximum_bytes_configured',
  mongoMembers: 'mongodb_rs_members_health',
  collectorAccepted: 'otelcol_receiver_accepted_spans',
  collectorRefused: 'otelcol_receiver_refused_spans',
  collectorSent: 'otelcol_exporter_sent_spans',
  collectorFailed: 'otelcol_exporter_send_failed_spans',
  collectorDropped: 'otelcol_exporter_enqueue_failed_spans',
  collectorQueue: 'otelcol_exporter_queue_size',
  collectorMemory: 'otelcol_process_memory_rss',
  ruleFailures: 'prometheus_rule_evaluation_failures_total',
  sampleLimit: 'prometheus_target_scrapes_exceeded_sample_limit_total',
  series: 'prometheus_tsdb_head_series',
  samples: 'prometheus_tsdb_head_samples_appended_total',
  volumeFree: 'kubelet_volume_stats_available_bytes',
  volumeSize: 'kubelet_volume_stats_capacity_bytes',
} as const
