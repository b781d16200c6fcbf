import { type Metrics, latencyBuckets } from '@toko/runtime'

/** Bounds in seconds, 1 s to 1 h (observability.md, "Names"), and below one second what a healthy bus shows. */
const ageBuckets = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600]

export type BusMetrics = ReturnType<typeof createBusMetrics>

/** The bus's series. Destinations are exchanges and queue names without ids: closed sets. */
export function createBusMetrics(metrics: Metrics) {
  return {
    /** What the process itself knows; the depth of a broker's queues is the broker's to tell. */
    observe(read: { readonly pending: () => number; readonly isConnected: () => boolean }): void {
      metrics.observedGauge(
        'toko_bus_pending_messages',
        'Messages of this process that are queued, under way or waiting.',
        read.pending,
      )
      metrics.observedGauge('toko_bus_connected', '1 while the bus can carry messages.', () =>
        Number(read.isConnected()),
      )
    },
    processDuration: metrics.histogram(
      'messaging_process_duration_seconds',
      'Time a handler took for one delivery, by queue and failure.',
      ['messaging_destination_name', 'error_type'],
      latencyBuckets,
    ),
    sent: metrics.counter('messaging_client_sent_messages_total', 'Messages published, by exchange and failure.', [
      'messaging_destination_name',
      'error_type',
    ]),
    consumed: metrics.counter('messaging_client_consumed_messages_total', 'Deliveries taken, by queue.', [
      'messaging_destination_name',
    ]),
    age: metrics.histogram(
      'toko_message_age_seconds',
      'Age of an event when its handler starts, by queue.',
      ['queue'],
      ageBuckets,
    ),
    deadLetters: metrics.counter('toko_dead_letters_total', 'Messages parked for a person to look at, by queue.', [
      'queue',
    ]),
    parked: metrics.gauge('toko_dead_letters_parked', 'Dead letters that wait for a person, by queue.', ['queue']),
    lateReplies: metrics.counter('toko_rpc_late_replies_total', 'Replies dropped because nobody waits any more.', []),
    expiredRequests: metrics.counter('toko_rpc_expired_requests_total', 'Requests dropped unexecuted, by queue.', [
      'queue',
    ]),
  }
}
