import type { Logger, Metrics } from '@toko/runtime'
import type { Alerts } from '../ports.ts'

/** Alerts as a counter and a log line with the order's id or the SKU. */
export function meteredAlerts(metrics: Metrics, log: Logger): Alerts {
  const raised = metrics.counter('toko_reservation_alerts_total')
  return {
    raise(kind, subject) {
      raised.inc({ kind })
      const about = subject.startsWith('ord_') ? { order_id: subject } : { sku: subject }
      log.error({ ...about, kind }, 'reservation alert')
    },
  }
}
