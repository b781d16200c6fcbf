import { z } from 'zod'
import type { EventDefinition } from './event-definition.ts'
import { RunningLow } from './forecast.ts'
import { OrderEventData } from './order-events.ts'
import { ReservationRequest, ReservedLine, ReleaseReason, Shortage } from './reservation.ts'
import { idSchema } from './ids.ts'

const event = <S extends z.ZodType>(source: string, type: string, data: S): EventDefinition<S> => ({
  source,
  type,
  data,
  isCommand: false,
})
const command = <S extends z.ZodType>(source: string, type: string, data: S): EventDefinition<S> => ({
  source,
  type,
  data,
  isCommand: true,
})

const orderId = idSchema('ord')

/** Events of an order's life. The product service takes placed, cancelling, authorised, kept, freed, shipped and returned as commands. */
export const orderEvents = {
  placed: command('order', 'order_placed', OrderEventData.extend({ request: ReservationRequest })),
  cancelling: command('order', 'order_cancelling', OrderEventData),
  authorised: command('order', 'order_authorised', OrderEventData),
  reservationKept: command('order', 'reservation_kept', z.object({ orderId })),
  confirmed: event('order', 'order_confirmed', OrderEventData),
  cancelled: event('order', 'order_cancelled', OrderEventData),
  freed: command('order', 'order_freed', OrderEventData),
  shipped: command('order', 'order_shipped', OrderEventData),
  returned: command('order', 'order_returned', OrderEventData),
  refunded: event('order', 'order_refunded', OrderEventData),
  completed: event('order', 'order_completed', OrderEventData),
  paymentOrphaned: event('order', 'payment_orphaned', z.object({ orderId, paymentKey: z.string() })),
} as const

/** The product service's answers; all go to the order service. */
export const stockEvents = {
  reserved: command('product', 'stock_reserved', z.object({ orderId, lines: z.array(ReservedLine) })),
  rejected: command(
    'product',
    'stock_rejected',
    z.object({ orderId, reason: ReleaseReason, shortages: z.array(Shortage) }),
  ),
  released: command('product', 'stock_released', z.object({ orderId })),
  allocated: command('product', 'stock_allocated', z.object({ orderId })),
  notAllocated: command('product', 'stock_not_allocated', z.object({ orderId })),
  /** Every shipment and every restock of the order that the stock knows. */
  consumed: command('product', 'stock_consumed', z.object({ orderId, shipmentIds: z.array(idSchema('shp')) })),
  restocked: command('product', 'stock_restocked', z.object({ orderId, refundIds: z.array(idSchema('rfd')) })),
  overdue: command('product', 'reservation_overdue', z.object({ orderId })),
} as const

/** Of the forecast service, which is none of the shop's own and may be absent (examples/nameko). */
export const forecastEvents = {
  runningLow: event('forecast', 'stock_running_low', RunningLow),
} as const
