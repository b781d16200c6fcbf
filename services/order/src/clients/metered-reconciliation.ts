import type { Logger, Metrics } from '@toko/runtime'
import type { ReconciliationOutcome } from '../ports.ts'

/** Differences as gauges (zero from the start, so that a rise is seen) and one log line when each comes and goes. */
export function meteredReconciliation(rules: readonly string[], metrics: Metrics, log: Logger): ReconciliationOutcome {
  const differences = metrics.gauge('toko_reconciliation_differences')
  const lastSuccess = metrics.gauge('toko_reconciliation_last_success_timestamp_seconds')
  const checked = metrics.gauge('toko_reconciliation_checked_orders')
  for (const invariant of rules) differences.set({ invariant }, 0)
  lastSuccess.set({}, 0)
  checked.set({}, 0)
  return {
    appeared: ({ rule, subject, detail }) =>
      log.error({ invariant: rule, subject, detail }, 'the books of the services differ'),
    gone: ({ rule, subject }) => log.info({ invariant: rule, subject }, 'a difference between the books is gone'),
    finished({ counts, checkedOrders, atMs }) {
      for (const [invariant, count] of counts) differences.set({ invariant }, count)
      checked.set({}, checkedOrders)
      lastSuccess.set({}, atMs / 1000)
    },
  }
}
