import { z } from 'zod'
import { queryInteger, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Currency, MinorUnits } from './money.ts'

/** Identity of one payment attempt, made before the first call (R1, R12): order id and number of the attempt. */
export const PaymentKey = z.string().regex(/^ord_[0-9a-f]{32}:[1-9]\d?$/, 'expected an order id, a colon and 1 to 99')

/** Identity of one refund under its payment's key. */
export const RefundKey = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -')

/**
 * Test cards of the simulated provider.
 * `card_ok` approves · `card_declined` declines for good · `card_insufficient_funds` declines, another card may work ·
 * `card_slow` approves, and answers after 1.5 s · `card_processing` answers `processing` and approves 0.5 s later ·
 * `card_processing_declined` likewise, and declines · `card_late_approval` answers `processing` and approves 30 s later.
 */
export const PaymentMethod = z.enum([
  'card_ok',
  'card_declined',
  'card_insufficient_funds',
  'card_slow',
  'card_processing',
  'card_processing_declined',
  'card_late_approval',
])
export type PaymentMethod = z.infer<typeof PaymentMethod>

/** `processing` is not definitive: it becomes approved or declined by itself, or voided by a call. */
export const PaymentState = z.enum(['processing', 'approved', 'declined', 'voided', 'captured'])
export type PaymentState = z.infer<typeof PaymentState>

export const DeclineCode = z.enum(['card-declined', 'insufficient-funds'])
export type DeclineCode = z.infer<typeof DeclineCode>

/** Body of `PUT /payments/{key}`; `orderId` is the one in the key. */
export const PaymentAuthorisation = z
  .strictObject({ amountMinor: MinorUnits.min(1), currency: Currency, method: PaymentMethod, orderId: idSchema('ord') })
  .meta({ id: 'PaymentAuthorisation' })
export type PaymentAuthorisation = z.infer<typeof PaymentAuthorisation>

/** Body of `PUT /payments/{key}/capture`: everything that was authorised unless it says less. */
export const PaymentCapture = z
  .strictObject({ amountMinor: MinorUnits.min(1).optional() })
  .meta({ id: 'PaymentCapture' })

/** Body of `PUT /payments/{key}/refunds/{refundKey}`. */
export const PaymentRefundRequest = z
  .strictObject({ amountMinor: MinorUnits.min(1), reason: z.string().min(1).max(200).optional() })
  .meta({ id: 'PaymentRefundRequest' })
export type PaymentRefundRequest = z.infer<typeof PaymentRefundRequest>

/** One payment attempt as the provider knows it. A void of an unknown key leaves amount 0 and no currency. */
export const Payment = z
  .strictObject({
    key: PaymentKey,
    orderId: idSchema('ord'),
    amountMinor: MinorUnits,
    currency: Currency.optional(),
    state: PaymentState,
    /** Both only when declined; `retryable`: another card may work. */
    declineCode: DeclineCode.optional(),
    retryable: z.boolean().optional(),
    capturedMinor: MinorUnits,
    refundedMinor: MinorUnits,
    /** What was paid back under which key, so that nobody has to guess once a key is too old to be used again (R12). */
    refunds: z.array(z.strictObject({ refundKey: RefundKey, amountMinor: MinorUnits })).optional(),
    providerRef: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Payment' })
export type Payment = z.infer<typeof Payment>

export const PaymentRefund = z
  .strictObject({
    key: PaymentKey,
    refundKey: RefundKey,
    amountMinor: MinorUnits,
    currency: Currency,
    reason: z.string().optional(),
    createdAt: Timestamp,
    /** Sum of all refunds of the payment, this one included. */
    refundedMinor: MinorUnits,
  })
  .meta({ id: 'PaymentRefund' })
export type PaymentRefund = z.infer<typeof PaymentRefund>

/** Webhook body: a definitive change. May come twice, late, out of order, or before the call returns (M7). */
export const PaymentEvent = z
  .strictObject({
    id: idSchema('evt'),
    type: z.enum(['payment.approved', 'payment.declined', 'payment.voided', 'payment.captured', 'payment.refunded']),
    key: PaymentKey,
    orderId: idSchema('ord'),
    /** What this change moved; 0 for a void of an unknown key. */
    amountMinor: MinorUnits,
    currency: Currency.optional(),
    declineCode: DeclineCode.optional(),
    retryable: z.boolean().optional(),
    refundKey: RefundKey.optional(),
    at: Timestamp,
  })
  .meta({ id: 'PaymentEvent' })
export type PaymentEvent = z.infer<typeof PaymentEvent>

/** One effect on money; a payment's effects are append-only. */
export const PaymentEffect = z.strictObject({
  kind: z.enum(['authorised', 'declined', 'voided', 'captured', 'refunded']),
  amountMinor: MinorUnits,
  at: Timestamp,
  refundKey: RefundKey.optional(),
})
export type PaymentEffect = z.infer<typeof PaymentEffect>

/** Item of `GET /audit/payments`: what happened to one key's money (I5, I9, M1, M3). */
export const PaymentLedgerEntry = z
  .strictObject({
    key: PaymentKey,
    orderId: idSchema('ord'),
    state: PaymentState,
    currency: Currency.optional(),
    authorisedMinor: MinorUnits,
    capturedMinor: MinorUnits,
    refundedMinor: MinorUnits,
    effects: z.array(PaymentEffect),
  })
  .meta({ id: 'PaymentLedgerEntry' })
export type PaymentLedgerEntry = z.infer<typeof PaymentLedgerEntry>

/** Query of `GET /audit/payments`. */
export const paymentAuditQuery = {
  limit: queryInteger(1, 500).default(100),
  cursor: z.string().min(1).max(1000).optional(),
  /** Only the keys of this order. */
  orderId: idSchema('ord').optional(),
}

export const PaymentOperation = z.enum(['authorise', 'void', 'capture', 'refund', 'query'])
export type PaymentOperation = z.infer<typeof PaymentOperation>

/** Nothing that a fault switch delays waits longer than a client would. */
export const longestFaultMs = 15_000
const faultMs = z.int().min(0).max(longestFaultMs)

/**
 * One way to misbehave. `delay` answers late · `timeout-after-effect` does it and never answers · `error-500` and `reset`
 * answer 500 or break the connection (`effect`) · `malformed` does it and answers half a JSON document · `wrong-amount`
 * does it and answers one unit too much · `late-approval` answers 500 and authorises `delayMs` later, unless voided by then.
 */
export const PaymentFault = z
  .strictObject({
    kind: z.enum(['delay', 'timeout-after-effect', 'error-500', 'reset', 'malformed', 'wrong-amount', 'late-approval']),
    /** Default: every operation (`late-approval`: only authorise; `wrong-amount`: those that answer an amount). */
    operations: z.array(PaymentOperation).min(1).max(5).optional(),
    /** Share of calls that it hits. */
    probability: z.number().min(0).max(1).default(1),
    /** How many calls it may still hit; without it any number. */
    remaining: z.int().min(0).max(1_000_000).optional(),
    delayMs: faultMs.default(1000),
    /** `error-500`, `reset`: nothing is done, or it is done before the failure shows, or after. */
    effect: z.enum(['none', 'before', 'after']).default('none'),
  })
  .meta({ id: 'PaymentFault' })
export type PaymentFault = z.infer<typeof PaymentFault>

/** Body and answer of `/faults`; the first fault that hits a call acts. An empty object switches all of them off. */
export const PaymentFaults = z
  .strictObject({
    faults: z.array(PaymentFault).max(20).default([]),
    /** Makes the draws of `probability` repeatable: the n-th draw is the same in every run. */
    seed: z.int().min(0).max(0xffffffff).optional(),
    webhooks: z
      .strictObject({
        /** Every delivery waits this long. */
        delayMs: faultMs.default(0),
        /** Every event is sent this often. */
        copies: z.int().min(1).max(5).default(1),
        /** Every copy waits a random time up to this in addition, so that events overtake each other. */
        shuffleMs: faultMs.default(0),
      })
      .default({ delayMs: 0, copies: 1, shuffleMs: 0 }),
  })
  .meta({ id: 'PaymentFaults' })
export type PaymentFaults = z.infer<typeof PaymentFaults>
