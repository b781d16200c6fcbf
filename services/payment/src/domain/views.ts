import type { Payment, PaymentLedgerEntry, PaymentRefund } from '@toko/contracts'
import type { PaymentRecord, RefundRecord } from './payment.ts'

/** A payment as the API shows it. */
export const paymentView = (payment: PaymentRecord): Payment => ({
  key: payment.key,
  orderId: payment.orderId,
  amountMinor: payment.wanted?.amountMinor ?? 0,
  ...(payment.wanted && { currency: payment.wanted.currency }),
  state: payment.state,
  ...(payment.declineCode && { declineCode: payment.declineCode, retryable: payment.retryable ?? false }),
  capturedMinor: payment.capturedMinor,
  refundedMinor: payment.refundedMinor,
  refunds: payment.refunds.map(({ refundKey, amountMinor }) => ({ refundKey, amountMinor })),
  providerRef: payment.providerRef,
  createdAt: payment.createdAt.toISOString(),
})

/** @param payment one that was captured, so it has a currency */
export const refundView = (payment: PaymentRecord, refund: RefundRecord): PaymentRefund => ({
  key: payment.key,
  refundKey: refund.refundKey,
  amountMinor: refund.amountMinor,
  currency: payment.wanted!.currency,
  ...(refund.reason !== undefined && { reason: refund.reason }),
  createdAt: refund.at.toISOString(),
  refundedMinor: payment.refundedMinor,
})

export const ledgerView = (payment: PaymentRecord): PaymentLedgerEntry => ({
  key: payment.key,
  orderId: payment.orderId,
  state: payment.state,
  ...(payment.wanted && { currency: payment.wanted.currency }),
  authorisedMinor: payment.authorisedMinor,
  capturedMinor: payment.capturedMinor,
  refundedMinor: payment.refundedMinor,
  effects: payment.effects.map((effect) => ({ ...effect, at: effect.at.toISOString() })),
})
