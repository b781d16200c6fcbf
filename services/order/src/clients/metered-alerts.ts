import type { Logger, Metrics } from '@toko/runtime'
import type { Alerts } from '../ports.ts'

/** Alerts as a counter and a log line with the order's id. */
export function meteredAlerts(metrics: Metrics, log: Logger): Alerts {
  const raised = metrics.counter('toko_order_alerts_total')
  return {
    raise(kind, orderId) {
      raised.inc({ kind })
      log.error({ order_id: orderId, kind }, 'order alert')
    },
  }
}
