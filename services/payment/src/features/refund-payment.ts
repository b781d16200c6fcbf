import type { PaymentRefund, PaymentRefundRequest } from '@toko/contracts'
import { refund, refundOf } from '../domain/refund.ts'
import { refundView } from '../domain/views.ts'
import { advance, type Books } from './advance.ts'

/** @throws not-found, illegal-transition unless captured, conflict beyond what is left, idempotency-key-reused */
export function makeRefundPayment(books: Books) {
  return async (
    key: string,
    refundKey: string,
    { amountMinor, reason }: PaymentRefundRequest,
  ): Promise<{ refund: PaymentRefund; isNew: boolean }> => {
    const wanted = { refundKey, amountMinor, ...(reason !== undefined && { reason }) }
    const { payment, isNew } = await advance(books, key, (existing) =>
      refund(existing, { ...wanted, at: new Date(books.clock.now()) }),
    )
    return { refund: refundView(payment, refundOf(payment, refundKey)!), isNew }
  }
}
