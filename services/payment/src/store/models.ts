import { type Connection, Schema } from 'mongoose'
import type { PaymentEvent } from '@toko/contracts'
import type { Aggregate } from '@toko/database'
import type { PaymentRecord } from '../domain/payment.ts'
import type { StoredFaults } from './fault-store.ts'

export type PaymentDocument = Aggregate & Omit<PaymentRecord, 'key'>

export interface DeliveryDocument {
  readonly _id: string
  readonly event: PaymentEvent
  /** Next attempt; gone once delivered. */
  readonly dueAt?: Date
  readonly attempts: number
  readonly trace?: string
  readonly deliveredAt?: Date
}

export interface FaultsDocument extends StoredFaults {
  readonly _id: string
  readonly draws: number
}

const { Mixed } = Schema.Types
const options = { versionKey: false, autoIndex: false } as const

const paymentSchema = new Schema(
  {
    _id: { type: String, required: true },
    rev: Number,
    orderId: String,
    state: String,
    wanted: Mixed,
    declineCode: String,
    retryable: Boolean,
    authorisedMinor: Number,
    capturedMinor: Number,
    refundedMinor: Number,
    refunds: [Mixed],
    effects: [Mixed],
    providerRef: String,
    createdAt: Date,
    updatedAt: Date,
    settlesAt: Date,
    outbox: [Mixed],
    outboxAt: Date,
  },
  options,
)
  .index({ settlesAt: 1 }, { partialFilterExpression: { settlesAt: { $exists: true } } })
  .index({ outboxAt: 1 }, { partialFilterExpression: { outboxAt: { $exists: true } } })

/** A delivered one stays as a tombstone as long as its outbox entry might come again. */
const deliveredKeepS = 3600

const deliverySchema = new Schema(
  {
    _id: { type: String, required: true },
    event: Mixed,
    dueAt: Date,
    attempts: Number,
    trace: String,
    deliveredAt: Date,
  },
  options,
)
  .index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } })
  .index({ deliveredAt: 1 }, { expireAfterSeconds: deliveredKeepS })

const faultsSchema = new Schema(
  { _id: { type: String, required: true }, faults: [Mixed], seed: Number, webhooks: Mixed, draws: Number },
  options,
)

/** The server refuses a write that would break M1, whatever the code above it thinks. */
export const paymentValidator = {
  $expr: {
    $and: [
      { $gte: ['$refundedMinor', 0] },
      { $lte: ['$refundedMinor', '$capturedMinor'] },
      { $lte: ['$capturedMinor', '$authorisedMinor'] },
    ],
  },
}

/** Models of one connection. */
export const paymentModels = (connection: Connection) => ({
  payments: connection.model<PaymentDocument>('Payment', paymentSchema as never, 'payments'),
  deliveries: connection.model<DeliveryDocument>('Delivery', deliverySchema as never, 'deliveries'),
  faults: connection.model<FaultsDocument>('Faults', faultsSchema as never, 'faults'),
})
