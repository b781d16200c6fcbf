import type { Logger, Metrics } from '@toko/runtime'
import type { AlertKind, Alerts } from '../ports.ts'

const kinds: readonly AlertKind[] = ['release-refused', 'not-allocated', 'allocate-refused', 'body-differs']

/** Alerts as a counter (zero from the start, so that a rise is seen) and a log line with the order's id. */
export function meteredAlerts(metrics: Metrics, log: Logger): Alerts {
  const raised = metrics.counter('toko_reservation_alerts_total', 'What must never happen to a reservation', ['kind'])
  for (const kind of kinds) raised.inc({ kind }, 0)
  return {
    raise(kind, orderId) {
      raised.inc({ kind })
      log.error({ order_id: orderId, kind }, 'reservation alert')
    },
  }
}
