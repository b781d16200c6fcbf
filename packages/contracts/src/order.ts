import { z } from 'zod'
import { Address, CartId } from './cart.ts'
import { textField, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Currency, Money } from './money.ts'
import { OrderAct, OrderReason, OrderStatus } from './order-status.ts'
import { PaymentMethod } from './payment.ts'
import { MovedLines, Shortage } from './reservation.ts'

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

export const OrderAction = z.enum(['pay', 'cancel', 'ship', 'deliver', 'refund', 'return'])
export type OrderAction = z.infer<typeof OrderAction>

/** One step: a status change, or an act that stays in its status. `version` counts them without gap from 1. */
export const OrderEvent = z
  .strictObject({
    version: z.int(),
    status: OrderStatus,
    act: OrderAct.optional(),
    reason: OrderReason.optional(),
    at: Timestamp,
  })
  .meta({ id: 'OrderEvent' })

/** `consumed`: the goods left the stock. */
export const Shipment = z
  .strictObject({
    id: idSchema('shp'),
    lines: MovedLines,
    carrier: z.string(),
    tracking: z.string().optional(),
    state: z.enum(['requested', 'consumed']),
    createdAt: Timestamp,
    deliveredAt: Timestamp.optional(),
  })
  .meta({ id: 'Shipment' })
export type Shipment = z.infer<typeof Shipment>

export const Refund = z
  .strictObject({
    id: idSchema('rfd'),
    amount: Money,
    lines: MovedLines.optional(),
    returnId: idSchema('rtn').optional(),
    reason: z.string(),
    state: z.enum(['requested', 'succeeded']),
    /** Absent unless goods come back to the stock. */
    restock: z.enum(['requested', 'done']).optional(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Refund' })
export type Refund = z.infer<typeof Refund>

export const OrderReturn = z
  .strictObject({
    id: idSchema('rtn'),
    lines: MovedLines,
    reason: z.string(),
    state: z.enum(['requested', 'refunded']),
    createdAt: Timestamp,
  })
  .meta({ id: 'OrderReturn' })
export type OrderReturn = z.infer<typeof OrderReturn>

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
    shipments: z.array(Shipment),
    refunds: z.array(Refund),
    returns: z.array(OrderReturn),
    paymentStatus: z.enum([
      'unpaid',
      'pending',
      'declined',
      'authorised',
      'paid',
      'partially-refunded',
      'refunded',
      'voided',
    ]),
    fulfilmentStatus: z.enum(['none', 'unfulfilled', 'partially-shipped', 'shipped', 'delivered']),
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

export const CreateShipment = z.strictObject({
  lines: MovedLines,
  carrier: textField(60),
  tracking: textField(100).optional(),
})
export type CreateShipment = z.infer<typeof CreateShipment>

/** At most one of `amount`, `lines` (at the order's prices) and `returnId`; none of them: all that is left. `restock` needs lines. */
export const CreateRefund = z
  .strictObject({
    amount: Money.optional(),
    lines: MovedLines.optional(),
    returnId: idSchema('rtn').optional(),
    restock: z.boolean().default(false),
    reason: textField(200),
  })
  .refine(
    ({ amount, lines, returnId }) => [amount, lines, returnId].filter((each) => each !== undefined).length <= 1,
    'give one of amount, lines and returnId',
  )
  .refine(({ restock, lines, returnId }) => !restock || lines !== undefined || returnId !== undefined, {
    message: 'restock needs lines or returnId',
    path: ['restock'],
  })
export type CreateRefund = z.infer<typeof CreateRefund>

export const CreateReturn = z.strictObject({ lines: MovedLines, reason: textField(200) })
export type CreateReturn = z.infer<typeof CreateReturn>

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
    shipments: z.array(z.strictObject({ id: z.string(), state: z.enum(['requested', 'consumed']), lines: MovedLines })),
    refunds: z.array(
      z.strictObject({
        id: z.string(),
        amountMinor: z.int(),
        state: z.enum(['requested', 'succeeded']),
        restock: z.enum(['requested', 'done']).optional(),
        lines: MovedLines.optional(),
      }),
    ),
    /** Messages that wait to be published. */
    outbox: z.array(z.strictObject({ id: z.string(), type: z.string(), version: z.int().optional(), time: Timestamp })),
    replays: z.int(),
    attempts: z.int(),
    dueAt: Timestamp.nullable(),
    /** Why nothing is done with the order until a person has looked: its document makes no sense, and the rest here may not. */
    parked: z.string().optional(),
    createdAt: Timestamp,
    /** Last write of any kind: what only notes progress leaves no step in the history. */
    updatedAt: Timestamp.optional(),
  })
  .meta({ id: 'AuditedOrder' })
export type AuditedOrder = z.infer<typeof AuditedOrder>
