import { z } from 'zod'

export const OrderStatus = z.enum([
  'pending',
  'reserved',
  'paying',
  'authorised',
  'confirmed',
  'shipped',
  'completed',
  'voiding',
  'cancelling',
  'freeing',
  'refunding',
  'rejected',
  'cancelled',
  'expired',
])
export type OrderStatus = z.infer<typeof OrderStatus>

/** A step of a confirmed order that may stay in its status (docs/adr/0012). */
export const OrderAct = z.enum(['shipment', 'delivery', 'refund', 'refunded', 'return'])
export type OrderAct = z.infer<typeof OrderAct>

/** Why an order left the normal path. */
export const OrderReason = z.enum([
  'insufficient-stock',
  'unavailable',
  'too-old',
  'price-changed',
  'payment-declined',
  'payment-mismatch',
  'cancelled-by-user',
  'cancelled-by-staff',
  'pending-timeout',
  'payment-timeout',
  'unpaid-timeout',
])
export type OrderReason = z.infer<typeof OrderReason>
