import { type Connection, type Model, Schema } from 'mongoose'
import type { Aggregate } from '@toko/database'
import type { Cart } from '../domain/cart.ts'
import { isAmongFinals } from './mongo-order-audit-store.ts'
import type { StoredOrder } from './order-query-store.ts'
import type { ProviderEvent } from './provider-event-store.ts'

export type StoredCart = Cart & Aggregate

/** Nested parts are written by the domain, which types them; the schema guards the keys that filters use. */
const options = { autoIndex: false, autoCreate: false, versionKey: false, strict: 'throw' } as const
const mixed = Schema.Types.Mixed
const required = true

const aggregate = {
  _id: { type: String, required },
  rev: { type: Number, required },
  createdAt: { type: Date, required },
  updatedAt: { type: Date, required },
  outbox: { type: [mixed], required },
  outboxAt: Date,
}

const orderSchema = new Schema<StoredOrder>(
  {
    ...aggregate,
    number: { type: String, required },
    userId: { type: String, required },
    idemKey: { type: String, required },
    bodyHash: { type: String, required },
    cartId: { type: String, required },
    currency: { type: String, required },
    request: { type: [mixed], required },
    lines: { type: [mixed], required },
    expectedTotalMinor: { type: Number, required },
    totalMinor: { type: Number, required },
    address: mixed,
    status: { type: String, required },
    reason: String,
    shortages: [mixed],
    version: { type: Number, required },
    history: { type: [mixed], required },
    nextMethod: mixed,
    payments: { type: [mixed], required },
    cancellation: mixed,
    shipments: { type: [mixed], default: undefined },
    refunds: { type: [mixed], default: undefined },
    returns: { type: [mixed], default: undefined },
    parked: mixed,
    trace: String,
    holdEndsAt: Number,
    dueAt: Number,
    attempts: { type: Number, required },
    replays: { type: Number, required },
  },
  options,
)
orderSchema.index({ userId: 1, idemKey: 1 }, { unique: true, name: 'one_order_per_key' })
orderSchema.index({ cartId: 1 }, { unique: true, name: 'one_order_per_cart' })
orderSchema.index({ number: 1 }, { unique: true, name: 'one_order_per_number' })
orderSchema.index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } })
orderSchema.index({ outboxAt: 1 }, { name: 'outbox', partialFilterExpression: { outboxAt: { $exists: true } } })
orderSchema.index({ 'parked.at': 1 }, { name: 'parked', partialFilterExpression: { 'parked.at': { $exists: true } } })
orderSchema.index({ updatedAt: 1, _id: 1 }, { name: 'final_by_change', partialFilterExpression: isAmongFinals })
orderSchema.index({ userId: 1, _id: -1 }, { name: 'of_user' })
orderSchema.index({ userId: 1, status: 1 }, { name: 'open_of_user' })
orderSchema.index({ status: 1, _id: -1 }, { name: 'by_status' })

const cartSchema = new Schema<StoredCart>(
  {
    ...aggregate,
    ownerId: String,
    tokenHash: String,
    status: { type: String, required },
    currency: { type: String, required },
    lines: { type: [mixed], required },
    orderId: String,
    address: mixed,
    email: String,
  },
  options,
)

const providerEventSchema = new Schema<ProviderEvent & Aggregate>(
  {
    ...aggregate,
    key: { type: String, required },
    orderId: { type: String, required },
    event: mixed,
    dueAt: Number,
    result: String,
    trace: String,
  },
  options,
)
providerEventSchema.index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } })
providerEventSchema.index({ outboxAt: 1 }, { name: 'outbox', partialFilterExpression: { outboxAt: { $exists: true } } })

export interface OrderModels {
  readonly orders: Model<StoredOrder>
  readonly carts: Model<StoredCart>
  readonly providerEvents: Model<ProviderEvent & Aggregate>
}

/** Models bound to the service's own connection. */
export const orderModels = (connection: Connection): OrderModels => ({
  orders: connection.model<StoredOrder>('Order', orderSchema, 'orders'),
  carts: connection.model<StoredCart>('Cart', cartSchema, 'carts'),
  providerEvents: connection.model<ProviderEvent & Aggregate>('ProviderEvent', providerEventSchema, 'pspEvents'),
})
