import { settle } from '../domain/authorise.ts'
import type { Clock } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'
import { advance } from './advance.ts'

const batch = 50

/** Makes payments definitive whose time of processing is over. Any replica may do it, also two at once. */
export function makeSettlePayments({ store, clock }: { readonly store: PaymentStore; readonly clock: Clock }) {
  return async (stopping: AbortSignal): Promise<void> => {
    for (;;) {
      const keys = await store.due(clock.now(), batch)
      for (const key of keys) await advance(store, key, (existing) => settle(existing, new Date(clock.now())))
      if (keys.length < batch || stopping.aborted) return
    }
  }
}
