import { z } from 'zod'
import { idSchema } from './ids.ts'
import { Currency, MinorUnits } from './money.ts'
import { OrderReason, OrderStatus } from './order-status.ts'
import { MovedLines } from './reservation.ts'

/** What left with one shipment or comes back with one refund. */
const Moved = z.object({ id: z.string(), lines: MovedLines })

/** Full state of an order at one version (R8): followers keep the highest version and ignore the rest. Ids only, no personal data. */
export const OrderEventData = z.object({
  orderId: idSchema('ord'),
  number: z.string(),
  userId: idSchema('usr'),
  version: z.int(),
  status: OrderStatus,
  reason: OrderReason.optional(),
  currency: Currency,
  totalMinor: MinorUnits,
  lines: z.array(
    z.object({
      sku: z.string(),
      quantity: z.int(),
      title: z.string().optional(),
      unitPriceMinor: MinorUnits.optional(),
    }),
  ),
  /** All of them so far, not a difference; absent before the first. */
  shipments: z.array(Moved).optional(),
  restocks: z.array(Moved).optional(),
  refundedMinor: MinorUnits.optional(),
})
export type OrderEventData = z.infer<typeof OrderEventData>
