import type { PaymentFault } from '@toko/contracts'
import type { Logger, Metrics } from '@toko/runtime'
import type { Effect } from '../domain/payment.ts'
import type { FaultSwitches } from '../ports.ts'
import type { DeliveryStore } from '../store/delivery-store.ts'

/** What this service counts about its business; labels are closed sets. */
export function observers(metrics: Metrics, log: Logger, deliveries: DeliveryStore) {
  const effects = metrics.counter('toko_payment_effects_total')
  const faults = metrics.counter('toko_payment_faults_total')
  const webhooks = metrics.counter('toko_payment_webhooks_total')
  metrics.observedGauge('toko_payment_webhooks_pending', () => deliveries.countWaiting())
  return {
    effect: ({ kind }: Effect) => effects.inc({ kind }),
    webhook(outcome: 'delivered' | 'failed', error?: unknown) {
      webhooks.inc({ outcome })
      if (outcome === 'failed') log.warn({ err: error }, 'webhook not delivered; tried again')
    },
    counted: (switches: FaultSwitches): FaultSwitches => ({
      ...switches,
      async pick(operation): Promise<PaymentFault | undefined> {
        const fault = await switches.pick(operation)
        if (fault) faults.inc({ kind: fault.kind })
        return fault
      },
    }),
  }
}
