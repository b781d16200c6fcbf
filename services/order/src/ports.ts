import type {
  AuditedReservation,
  AuditedStock,
  Currency,
  DomainEvent,
  PaymentLedgerEntry,
  Reservation,
  Selection,
} from '@toko/contracts'
import type { Refund, Shipment } from './domain/acts.ts'
import type { PaymentOutcome, RefundOutcome } from './domain/apply-payment.ts'
import type { Difference } from './domain/differences.ts'
import type { Order, PaymentAttempt } from './domain/order.ts'
import type { Transition } from './domain/transition.ts'

/**
 * The order core's own database. Every method is one write of one document with its precondition in the filter.
 * Adapter: store/mongo-order-store.ts; the behaviour suite is store/order-store.suite.ts.
 */
export interface OrderStore {
  /** Step 1. `key`, `cart` and `number` say which unique index refused it: nothing was written then. */
  insert(order: Order, events: readonly DomainEvent[]): Promise<Order | 'key' | 'cart' | 'number'>
  get(id: string): Promise<Order | null>
  /** Step 1a: counts the replay with a majority write, so that the answer can't be rolled back (R4). */
  replay(userId: string, idemKey: string): Promise<Order | null>
  /** Writes a change if version and attempts are still those it was decided on; null when somebody was faster. */
  write(change: Transition): Promise<Order | null>
  /**
   * Due orders, the longest waiting first; reads only. An order that is due after `latestMs`, later than any right clock would
   * have set it, is due too: a clock that jumps ahead and back must not hide it.
   */
  due(nowMs: number, limit: number, latestMs?: number): Promise<Order[]>
  /**
   * Takes an order out of the sweepers' sight until a person has looked at it, if `rev` is still the one it was read at.
   * Works on a document of any content.
   */
  park(order: Order, reason: string, nowMs: number): Promise<Order | null>
  /** Publishes the order's waiting messages soon; losing the call loses nothing. */
  publish(order: Order): void
}

/**
 * The product service's reservation handlers. Undefined when no answer came: the message path or a sweeper brings it.
 * Adapters: clients/remote-stock.ts, clients/event-stock.ts.
 */
export interface Stock {
  reserve(order: Order): Promise<Reservation | undefined>
  release(order: Order): Promise<Reservation | undefined>
  allocate(order: Order): Promise<Reservation | undefined>
  /** Only from a status that was entered from `confirmed`: gives back what is allocated. */
  free(order: Order): Promise<Reservation | undefined>
  /** The shipment's goods leave the stock, once per shipment id. */
  consume(order: Order, shipment: Shipment): Promise<Reservation | undefined>
  /** The refund's goods come back to the stock, once per refund id. */
  restock(order: Order, refund: Refund): Promise<Reservation | undefined>
}

/** The payment provider. Everything that is not a definitive answer is `unknown` (R13). Adapter: clients/remote-payment-provider.ts. */
export interface PaymentProvider {
  authorise(order: Order, payment: PaymentAttempt): Promise<PaymentOutcome>
  void(key: string): Promise<PaymentOutcome>
  capture(key: string): Promise<PaymentOutcome>
  query(key: string): Promise<PaymentOutcome>
  /** Pays back a part of what was captured under `key`, once per refund id. */
  refund(key: string, refund: Refund): Promise<RefundOutcome>
}

export type AlertKind =
  | 'authorised-too-long'
  | 'not-captured'
  | 'not-allocated'
  | 'captured-while-voiding'
  | 'payment-mismatch'
  | 'payment-orphaned'
  | 'unknown-order'
  | 'not-freed'
  | 'stock-late'
  | 'refund-late'
  | 'refund-refused'
  | 'parked'
  | 'step-failed'

/** What a person must look at. Adapter: a metric and a log line. */
export interface Alerts {
  raise(kind: AlertKind, orderId: string): void
}

export interface QuotedLine {
  readonly sku: string
  readonly quantity: number
  readonly unitPriceMinor: number
  readonly title: string
  /** Less is available than asked for. */
  readonly isLow: boolean
}

/** Prices as the product service has them now. Adapter: clients/remote-pricing.ts. */
export interface Pricing {
  /** Lines without a price are missing from the answer: unknown, unpublished or in another currency. @throws dependency-unavailable */
  quote(lines: readonly { sku: string; quantity: number }[], currency: Currency): Promise<readonly QuotedLine[]>
}

/** What the neighbours show the reconciliation of their books, by ids or in their order. Adapter: clients/remote-neighbour-books.ts. */
export interface NeighbourBooks {
  reservations(selection: Selection): Promise<AuditedReservation[]>
  stock(selection: Selection): Promise<AuditedStock[]>
  payments(selection: Selection): Promise<PaymentLedgerEntry[]>
}

/** Where the reconciliation says what it found. Adapter: clients/metered-reconciliation.ts. */
export interface ReconciliationOutcome {
  appeared(difference: Difference): void
  gone(difference: Difference): void
  finished(run: {
    /** Open differences by rule, zeros included. */
    readonly counts: ReadonlyMap<string, number>
    readonly checkedOrders: number
    readonly atMs: number
  }): void
}
