import { callersContext, type Metrics } from '@toko/runtime'

export type BusMetrics = ReturnType<typeof createBusMetrics>

/** The bus's series. */
export function createBusMetrics(metrics: Metrics) {
  return {
    /** What the process itself knows; the depth of a broker's queues is the broker's to tell. */
    observe(read: { readonly pending: () => number; readonly isConnected: () => boolean }): void {
      metrics.observedGauge('toko_bus_pending_messages', read.pending)
      metrics.observedGauge('toko_bus_connected', () => Number(read.isConnected()))
    },
    /** Trace of a delivery's sender. */
    senderOf: callersContext('message', metrics),
    processDuration: metrics.histogram('messaging_process_duration_seconds'),
    sent: metrics.counter('messaging_client_sent_messages_total'),
    consumed: metrics.counter('messaging_client_consumed_messages_total'),
    age: metrics.histogram('toko_message_age_seconds'),
    deadLetters: metrics.counter('toko_dead_letters_total'),
    parked: metrics.gauge('toko_dead_letters_parked'),
    lateReplies: metrics.counter('toko_rpc_late_replies_total'),
    expiredRequests: metrics.counter('toko_rpc_expired_requests_total'),
  }
}
