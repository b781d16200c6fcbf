import { errors } from '@toko/contracts'
import type { PaymentRecord } from '../domain/payment.ts'
import type { PaymentStore } from '../store/payment-store.ts'

/** @throws not-found: the provider never heard of the key, so it had no effect yet */
export function makeQueryPayment(store: PaymentStore) {
  return async (key: string): Promise<PaymentRecord> => {
    const payment = await store.find(key)
    if (!payment) throw errors.notFound()
    return payment
  }
}
