import type { DeclineCode, PaymentAuthorisation, PaymentEffect, PaymentState } from '@toko/contracts'

type Wanted = Omit<PaymentAuthorisation, 'orderId'>

export interface RefundRecord {
  readonly refundKey: string
  readonly amountMinor: number
  readonly reason?: string
  readonly at: Date
}

/** A change of money, as the ledger keeps it. */
export interface Effect {
  readonly kind: PaymentEffect['kind']
  readonly amountMinor: number
  readonly at: Date
  readonly refundKey?: string
}

/** All that is known of one key, the whole ledger of its money included. */
export interface PaymentRecord {
  readonly key: string
  readonly orderId: string
  readonly state: PaymentState
  /** What the first authorise asked for; absent where a void came first. */
  readonly wanted?: Wanted
  readonly declineCode?: DeclineCode
  readonly retryable?: boolean
  /** What was approved, also after a void. */
  readonly authorisedMinor: number
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly refunds: readonly RefundRecord[]
  /** Append-only. */
  readonly effects: readonly Effect[]
  readonly providerRef: string
  readonly createdAt: Date
  /** When a payment that is processing becomes definitive; exists only as long as it is. */
  readonly settlesAt?: Date
}

/** One write: the store makes it only if `from`, and what `refund` says, still holds. */
export interface PaymentChange {
  readonly from: PaymentState
  readonly set: Partial<
    Pick<PaymentRecord, 'state' | 'declineCode' | 'retryable' | 'authorisedMinor' | 'capturedMinor'>
  >
  readonly effect: Effect
  /** A refund happens only if its key is new and at most `refundedBefore` was refunded already (M1). */
  readonly refund?: RefundRecord & { readonly refundedBefore: number }
}

export type Refusal = 'unknown' | 'state' | 'reused' | 'exceeds' | 'limit'

export type Decision =
  | { readonly kind: 'create'; readonly payment: PaymentRecord }
  | { readonly kind: 'change'; readonly change: PaymentChange }
  /** A repeat: what was asked for is so already. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: Refusal }

export const done: Decision = { kind: 'done' }
export const refused = (why: Refusal): Decision => ({ kind: 'refused', why })

/** Order id of a payment key, which the key's schema put there. */
export const orderOf = (key: string): string => key.slice(0, key.indexOf(':'))

export const newPayment = (
  key: string,
  providerRef: string,
  at: Date,
  fields: Partial<PaymentRecord> & Pick<PaymentRecord, 'state'>,
): PaymentRecord => ({
  key,
  orderId: orderOf(key),
  authorisedMinor: 0,
  capturedMinor: 0,
  refundedMinor: 0,
  refunds: [],
  effects: [],
  providerRef,
  createdAt: at,
  ...fields,
})
