import type { PaymentRefund, PaymentRefundRequest } from '@toko/contracts'
import { refund, refundOf } from '../domain/refund.ts'
import { refundView } from '../domain/views.ts'
import type { Clock } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'
import { advance } from './advance.ts'

/** @throws not-found, illegal-transition unless captured, conflict beyond what is left, idempotency-key-reused */
export function makeRefundPayment({ store, clock }: { readonly store: PaymentStore; readonly clock: Clock }) {
  return async (
    key: string,
    refundKey: string,
    { amountMinor, reason }: PaymentRefundRequest,
  ): Promise<{ refund: PaymentRefund; isNew: boolean }> => {
    const wanted = { refundKey, amountMinor, ...(reason !== undefined && { reason }) }
    const { payment, isNew } = await advance(store, key, (existing) =>
      refund(existing, { ...wanted, at: new Date(clock.now()) }),
    )
    return { refund: refundView(payment, refundOf(payment, refundKey)!), isNew }
  }
}
