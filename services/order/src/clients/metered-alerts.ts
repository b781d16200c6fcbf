import type { Logger, Metrics } from '@toko/runtime'
import type { AlertKind, Alerts } from '../ports.ts'

const kinds: readonly AlertKind[] = [
  'authorised-too-long',
  'not-captured',
  'not-allocated',
  'captured-while-voiding',
  'payment-mismatch',
  'payment-orphaned',
  'unknown-order',
  'not-freed',
  'stock-late',
  'refund-late',
  'refund-refused',
  'parked',
  'step-failed',
]

/** Alerts as a counter (zero from the start, so that a rise is seen) and a log line with the order's id. */
export function meteredAlerts(metrics: Metrics, log: Logger): Alerts {
  const raised = metrics.counter('toko_order_alerts_total', 'Things about orders that a person must look at', ['kind'])
  for (const kind of kinds) raised.inc({ kind }, 0)
  return {
    raise(kind, orderId) {
      raised.inc({ kind })
      log.error({ order_id: orderId, kind }, 'order alert')
    },
  }
}
