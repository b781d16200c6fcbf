import { z } from 'zod'
import { Address, CartId } from './cart.ts'
import { textField, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Currency, Money } from './money.ts'
import { OrderReason, OrderStatus } from './order-status.ts'
import { PaymentMethod } from './payment.ts'
import { Shortage } from './reservation.ts'

export const OrderId = idSchema('ord')

/** A higher total at the reservation ends in `price-changed`; a lower one is charged as it is. */
export const PlaceOrder = z.strictObject({
  cartId: CartId,
  expectedTotal: Money,
  paymentMethod: PaymentMethod.optional(),
})
export type PlaceOrder = z.infer<typeof PlaceOrder>

export const OrderLine = z
  .strictObject({
    sku: z.string(),
    quantity: z.int(),
    productId: z.string().optional(),
    title: z.string().optional(),
    options: z.record(z.string(), z.string()).optional(),
    image: z.string().nullable().optional(),
    unitPrice: Money.optional(),
    lineTotal: Money.optional(),
  })
  .meta({ id: 'OrderLine' })

/** `unknown` is not failed: the provider did not say (R13). */
export const AttemptState = z.enum(['none', 'requested', 'approved', 'declined', 'unknown', 'voided', 'captured'])
export type AttemptState = z.infer<typeof AttemptState>

export const PaymentAttempt = z
  .strictObject({
    attempt: z.int(),
    state: AttemptState,
    amount: Money,
    method: z.string(),
    declineCode: z.string().optional(),
    retryable: z.boolean().optional(),
    requestedAt: Timestamp,
  })
  .meta({ id: 'PaymentAttempt' })

export const OrderAction = z.enum(['pay', 'cancel'])
export type OrderAction = z.infer<typeof OrderAction>

/** One status change. `version` counts them without gap from 1. */
export const OrderEvent = z
  .strictObject({ version: z.int(), status: OrderStatus, reason: OrderReason.optional(), at: Timestamp })
  .meta({ id: 'OrderEvent' })

/** `paymentStatus` and `fulfilmentStatus` are derived from ledgers, never stored. */
export const Order = z
  .strictObject({
    id: OrderId,
    number: z.string(),
    userId: idSchema('usr'),
    cartId: CartId,
    status: OrderStatus,
    reason: OrderReason.optional(),
    version: z.int(),
    currency: Currency,
    lines: z.array(OrderLine),
    /** Null until the stock is reserved: prices are the product service's. */
    total: Money.nullable(),
    expectedTotal: Money,
    shortages: z.array(Shortage).optional(),
    payments: z.array(PaymentAttempt),
    paymentStatus: z.enum(['unpaid', 'pending', 'declined', 'authorised', 'paid', 'voided']),
    fulfilmentStatus: z.enum(['unfulfilled', 'none']),
    allowedActions: z.array(OrderAction),
    address: Address.optional(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Order' })
export type Order = z.infer<typeof Order>

/** Answer while an order is under way. */
export const AcceptedOrder = z.strictObject({ id: OrderId, status: OrderStatus }).meta({ id: 'AcceptedOrder' })

export const StartPayment = z.strictObject({ paymentMethod: PaymentMethod })

export const CancelOrder = z.strictObject({ reason: textField(200).optional() })

export const Cancellation = z
  .strictObject({ id: idSchema('cnl'), orderId: OrderId, orderStatus: OrderStatus, createdAt: Timestamp })
  .meta({ id: 'Cancellation' })

export const OpenOrders = z.strictObject({ open: z.int() })

/** What the reconciliation reads of an order: no personal data beyond ids. */
export const AuditedOrder = z
  .strictObject({
    id: OrderId,
    userId: idSchema('usr'),
    idempotencyKeyHash: z.string(),
    cartId: CartId,
    status: OrderStatus,
    reason: OrderReason.optional(),
    version: z.int(),
    history: z.array(OrderEvent),
    totalMinor: z.int(),
    payments: z.array(z.strictObject({ attempt: z.int(), key: z.string(), state: AttemptState, amountMinor: z.int() })),
    lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int() })),
    /** Messages that wait to be published. */
    outbox: z.array(z.strictObject({ id: z.string(), type: z.string(), version: z.int().optional(), time: Timestamp })),
    replays: z.int(),
    attempts: z.int(),
    dueAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'AuditedOrder' })
export type AuditedOrder = z.infer<typeof AuditedOrder>
