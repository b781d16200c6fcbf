import { counter, gauge, histogram, open } from '../define.ts'

/** Bounds in seconds, 1 s to 1 h (observability.md, "Names"), and below one second what a healthy bus shows. */
const ageBuckets = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600]

/** The bus, the outboxes and the database. Destinations are exchanges and queue names without ids. */
export const messageMetrics = {
  messaging_process_duration_seconds: histogram('Time a handler took for one delivery, by queue and failure', {
    messaging_destination_name: open(),
    error_type: open(),
  }),
  messaging_client_sent_messages_total: counter('{message}', 'Messages published, by exchange and failure', {
    messaging_destination_name: open(),
    error_type: open(),
  }),
  messaging_client_consumed_messages_total: counter('{message}', 'Deliveries taken, by queue', {
    messaging_destination_name: open(),
  }),
  toko_message_age_seconds: histogram(
    'Age of an event when its handler starts, by queue',
    { queue: open() },
    { buckets: ageBuckets },
  ),
  toko_bus_pending_messages: gauge('{message}', 'Messages of this process that are queued, under way or waiting'),
  toko_bus_connected: gauge('1', '1 while the bus can carry messages'),
  toko_dead_letters_total: counter('{message}', 'Messages parked for a person to look at, by queue', { queue: open() }),
  toko_dead_letters_parked: gauge('{message}', 'Dead letters that wait for a person, by queue', { queue: open() }),
  toko_rpc_late_replies_total: counter('{message}', 'Replies dropped because nobody waits any more'),
  toko_rpc_expired_requests_total: counter('{message}', 'Requests dropped unexecuted, by queue', { queue: open() }),
  toko_duplicates_dropped_total: counter('{message}', 'Repeats that changed nothing, by what was repeated', {
    kind: ['command', 'answer', 'webhook', 'request'],
  }),
  toko_outbox_pending: gauge('{document}', 'Documents with messages that are not published'),
  toko_outbox_oldest_age_seconds: gauge('s', 'Age of the oldest message that is not published'),
  toko_outbox_published_total: counter('{message}', 'Messages published from outboxes', { type: open() }),
  toko_outbox_publish_errors_total: counter('{message}', 'Publishes that must be repeated', { type: open() }),
  db_client_operation_duration_seconds: histogram('Time of one database command', {
    db_operation_name: open(),
    db_collection_name: open(),
    error_type: open(),
  }),
}
