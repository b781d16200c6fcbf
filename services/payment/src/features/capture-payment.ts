import { capture } from '../domain/capture.ts'
import type { Clock } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'
import { advance, type Advanced } from './advance.ts'

/** @throws not-found, illegal-transition unless approved, conflict beyond the authorised amount, idempotency-key-reused */
export function makeCapturePayment({ store, clock }: { readonly store: PaymentStore; readonly clock: Clock }) {
  return (key: string, amountMinor: number | undefined): Promise<Advanced> =>
    advance(store, key, (existing) => capture(existing, amountMinor, new Date(clock.now())))
}
