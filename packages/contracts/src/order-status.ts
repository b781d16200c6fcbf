import { z } from 'zod'

export const OrderStatus = z.enum([
  'pending',
  'reserved',
  'paying',
  'authorised',
  'confirmed',
  'voiding',
  'cancelling',
  'rejected',
  'cancelled',
  'expired',
])
export type OrderStatus = z.infer<typeof OrderStatus>

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
