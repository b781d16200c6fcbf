import type { Logger, Metrics } from '@toko/runtime'
import { alertKinds, type Alerts } from '../ports.ts'

/** Alerts as a counter (zero from the start, so that a rise is seen) and a log line with the order's id or the SKU. */
export function meteredAlerts(metrics: Metrics, log: Logger): Alerts {
  const raised = metrics.counter('toko_reservation_alerts_total', 'What must never happen to a reservation', ['kind'])
  for (const kind of alertKinds) raised.inc({ kind }, 0)
  return {
    raise(kind, subject) {
      raised.inc({ kind })
      const about = subject.startsWith('ord_') ? { order_id: subject } : { sku: subject }
      log.error({ ...about, kind }, 'reservation alert')
    },
  }
}
