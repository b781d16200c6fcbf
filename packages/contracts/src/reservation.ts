import { z } from 'zod'
import { Sku, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Currency, MinorUnits } from './money.ts'

/** Quantities per SKU that an order wants; the product service adds up lines with one SKU. */
export const ReservationRequest = z.strictObject({
  currency: Currency,
  lines: z
    .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(99_900) }))
    .min(1)
    .max(100),
})
export type ReservationRequest = z.infer<typeof ReservationRequest>

export const Shortage = z.strictObject({ sku: Sku, requested: z.int(), available: z.int() })
export type Shortage = z.infer<typeof Shortage>

export const ReservationStatus = z.enum(['reserving', 'held', 'allocated', 'consumed', 'released'])
export type ReservationStatus = z.infer<typeof ReservationStatus>

/** Why a reservation was released. `insufficient-stock`, `unavailable` and `too-old` are rejections; `order-freed`: it was allocated before. */
export const ReleaseReason = z.enum(['insufficient-stock', 'unavailable', 'too-old', 'order-ended', 'order-freed'])
export type ReleaseReason = z.infer<typeof ReleaseReason>

/** A line with the price and the words it was reserved at: the order keeps it for ever. */
export const ReservedLine = z.strictObject({
  sku: Sku,
  quantity: z.int(),
  unitPriceMinor: MinorUnits,
  productId: z.string(),
  title: z.string(),
  options: z.record(z.string(), z.string()),
  image: z.string().nullable(),
})
export type ReservedLine = z.infer<typeof ReservedLine>

export const Reservation = z
  .strictObject({
    orderId: idSchema('ord'),
    status: ReservationStatus,
    reason: ReleaseReason.optional(),
    shortages: z.array(Shortage).optional(),
    currency: Currency.optional(),
    /** Present once held. */
    lines: z.array(ReservedLine),
    /** Shipments whose goods left the stock, and refunds whose goods came back to it, by id. */
    consumptions: z.array(idSchema('shp')).optional(),
    restocks: z.array(idSchema('rfd')).optional(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Reservation' })
export type Reservation = z.infer<typeof Reservation>

/** `PUT /internal/reservations/{orderId}/state`: the commands that move an existing reservation; `freed`: allocated → released. */
export const ReservationState = z.strictObject({ state: z.enum(['released', 'allocated', 'freed']) })

/** What one shipment takes or one return brings: quantities per SKU, one line per SKU. */
export const MovedLines = z
  .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(99_900) }))
  .min(1)
  .max(100)
  .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'one line per SKU')
export type MovedLines = z.infer<typeof MovedLines>

/** Body of `PUT /internal/reservations/{orderId}/consumptions/{shipmentId}` and `…/restocks/{refundId}`. */
export const StockMove = z.strictObject({ lines: MovedLines })
export type StockMove = z.infer<typeof StockMove>
