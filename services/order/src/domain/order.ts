import type {
  AttemptState,
  Currency,
  OrderAct,
  OrderReason,
  OrderStatus,
  ReservedLine,
  Shortage,
} from '@toko/contracts'
import type { OrderReturn, Refund, Shipment } from './acts.ts'

/** One attempt to have the order paid. Its key is used for this attempt and this amount only (R12). */
export interface PaymentAttempt {
  readonly attempt: number
  /** `<order id>:<attempt>`. */
  readonly key: string
  readonly method: string
  readonly amountMinor: number
  readonly state: AttemptState
  /** When the provider may have been called first, ms since 1970. */
  readonly firstCallAt: number
  /** Idempotency-Key of the request that asked for the attempt; absent for the one that came with the order. */
  readonly requestKey?: string
  readonly declineCode?: string
  readonly retryable?: boolean
}

export interface HistoryEntry {
  readonly version: number
  readonly status: OrderStatus
  /** What was done, for a step that people take with a confirmed order. */
  readonly act?: OrderAct
  readonly reason?: OrderReason
  /** ms since 1970 */
  readonly at: number
}

export interface Cancellation {
  readonly id: string
  /** Idempotency-Key of the request. */
  readonly key: string
  readonly by: 'user' | 'staff'
  readonly text?: string
  readonly at: number
}

/** What the buyer's cart said of where it goes; kept as it was. */
export interface OrderAddress {
  readonly name: string
  readonly line1: string
  readonly line2?: string | undefined
  readonly city: string
  readonly postalCode: string
  readonly country: string
}

/** The order: one document decides everything about it (order-protocol.md, "Documents"). */
export interface Order {
  readonly _id: string
  /** +1 with every write; the API's ETag. */
  readonly rev: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Random and short, for people. */
  readonly number: string
  readonly userId: string
  readonly idemKey: string
  /** SHA-256 of the canonical request: the same key with another request is refused. */
  readonly bodyHash: string
  readonly cartId: string
  readonly currency: Currency
  /** Quantity per SKU, as ordered. */
  readonly request: readonly { readonly sku: string; readonly quantity: number }[]
  /** With the price and words of the reservation; empty before. */
  readonly lines: readonly ReservedLine[]
  readonly expectedTotalMinor: number
  /** 0 until reserved, then fixed for ever. */
  readonly totalMinor: number
  readonly address?: OrderAddress
  readonly status: OrderStatus
  readonly reason?: OrderReason
  readonly shortages?: readonly Shortage[]
  /** +1 with every step: a status change, or an act within a status (docs/adr/0012); orders the events. */
  readonly version: number
  readonly history: readonly HistoryEntry[]
  /** A method that was given but not tried yet. */
  readonly nextMethod?: { readonly method: string; readonly requestKey?: string }
  readonly payments: readonly PaymentAttempt[]
  readonly cancellation?: Cancellation
  /** These three are absent before the first. */
  readonly shipments?: readonly Shipment[]
  readonly refunds?: readonly Refund[]
  readonly returns?: readonly OrderReturn[]
  /** End of the hold when nothing is paid, ms since 1970; the same across attempts (step 13). */
  readonly holdEndsAt?: number
  /** When a sweeper looks next, ms since 1970; absent when there is nothing left to do. */
  readonly dueAt?: number
  /** Writes within this version by sweeps and by what only notes progress; with `version` the precondition of every write. */
  readonly attempts: number
  /** W3C traceparent of the request that placed it: what sweepers link their traces to. Absent when it was not traced. */
  readonly trace?: string
  /** Why nothing is done with the order until a person has looked at it: its document contradicts itself. */
  readonly parked?: { readonly reason: string; readonly at: number }
}

export const lastPayment = (order: Order): PaymentAttempt | undefined => order.payments.at(-1)

/** The attempts with the last one changed. */
export const withLastPayment = (order: Order, change: Partial<PaymentAttempt>): readonly PaymentAttempt[] =>
  order.payments.map((each, index) => (index === order.payments.length - 1 ? { ...each, ...change } : each))
