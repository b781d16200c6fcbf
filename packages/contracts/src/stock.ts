import { z } from 'zod'
import { Sku, textField, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { MovedLines, ReleaseReason, ReservationStatus } from './reservation.ts'

const amount = z.int().min(0).max(1_000_000_000)

/** Exact stock of one SKU, for staff: onHand = available + reserved. */
export const Stock = z
  .strictObject({ sku: Sku, onHand: z.int(), available: z.int(), reserved: z.int(), version: z.int() })
  .meta({ id: 'Stock' })
export type Stock = z.infer<typeof Stock>

export const Stocks = z.strictObject({ items: z.array(Stock), missing: z.array(z.string()) })
export type Stocks = z.infer<typeof Stocks>

/** Exactly one of `delta` and `setTo`. With `expectedOnHand` it happens only if that is what is on hand. */
export const StockAdjustment = z
  .strictObject({
    delta: z.int().min(-1_000_000_000).max(1_000_000_000).optional(),
    setTo: amount.optional(),
    reason: textField(200),
    expectedOnHand: amount.optional(),
  })
  .refine(({ delta, setTo }) => (delta === undefined) !== (setTo === undefined), 'give either delta or setTo')
  .meta({ id: 'StockAdjustment' })
export type StockAdjustment = z.infer<typeof StockAdjustment>

/** `adjustment`: by staff · `shipment`: left with an order · `return`: came back. */
export const MovementKind = z.enum(['adjustment', 'shipment', 'return'])
export type MovementKind = z.infer<typeof MovementKind>

/** A row of the append-only ledger. `seq` counts from 1 without gap per SKU; onHand is the sum of all deltas up to it. */
export const StockMovement = z
  .strictObject({
    id: idSchema('mov'),
    sku: Sku,
    seq: z.int(),
    delta: z.int(),
    onHand: z.int(),
    kind: MovementKind,
    reason: z.string(),
    actor: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: 'StockMovement' })
export type StockMovement = z.infer<typeof StockMovement>

/** A: active hold, R: released (tombstone), C: consumed. */
export const StockEntryState = z.enum(['A', 'R', 'C'])
export type StockEntryState = z.infer<typeof StockEntryState>

/** What the reconciliation reads of a SKU. At rest: movements = lastSeq = seq, received = onHand + shipped, pending = 0. */
export const AuditedStock = z
  .strictObject({
    sku: Sku,
    onHand: z.int(),
    available: z.int(),
    reserved: z.int(),
    /** ms; a hold needs a later epoch (R7). */
    watermark: z.number(),
    /** Number of the last movement as the stock itself counts. */
    seq: z.int(),
    /** Sums of the ledger's rows: adjustments and returns; units that left with shipments. */
    received: z.int(),
    shipped: z.int(),
    /** Count and last number of the ledger's rows. */
    movements: z.int(),
    lastSeq: z.int(),
    /** Movements that are not in the ledger yet. */
    pending: z.int(),
    entries: z.array(
      z.strictObject({ orderId: z.string(), quantity: z.int(), state: StockEntryState, epoch: z.number() }),
    ),
  })
  .meta({ id: 'AuditedStock' })
export type AuditedStock = z.infer<typeof AuditedStock>

/** What the reconciliation reads of a reservation. */
export const AuditedReservation = z
  .strictObject({
    id: idSchema('ord'),
    status: ReservationStatus,
    reason: ReleaseReason.optional(),
    epoch: z.number(),
    version: z.int(),
    lines: z.array(z.strictObject({ sku: Sku, quantity: z.int() })),
    consumptions: z.array(z.strictObject({ id: z.string(), lines: MovedLines })),
    restocks: z.array(z.strictObject({ id: z.string(), lines: MovedLines })),
    /** Messages that wait to be published. */
    outbox: z.int(),
    /** When a sweeper looks at it next; null when nothing is left to do. */
    nextAttemptAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'AuditedReservation' })
export type AuditedReservation = z.infer<typeof AuditedReservation>
