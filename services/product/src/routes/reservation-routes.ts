import { z } from 'zod'
import { errors, idSchema, Quote, Reservation, ReservationRequest, ReservationState, StockMove } from '@toko/contracts'
import { type Answer, type Route, route } from '@toko/http'
import type { Deadline } from '@toko/runtime'
import { viewReservation } from '../domain/reservation.ts'
import { allocate } from '../features/allocate.ts'
import { consume } from '../features/consume.ts'
import { free } from '../features/free.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { quoteLines } from '../features/quote-lines.ts'
import { release } from '../features/release.ts'
import type { Outcome } from '../features/reservation-core.ts'
import { reserve } from '../features/reserve.ts'
import { restock } from '../features/restock.ts'

const params = z.object({ orderId: idSchema('ord') })
const shipmentParams = z.object({ orderId: idSchema('ord'), shipmentId: idSchema('shp') })
const refundParams = z.object({ orderId: idSchema('ord'), refundId: idSchema('rfd') })
const commands = { released: release, allocated: allocate, freed: free } as const

function answer({ reservation, isNew, isRefused }: Outcome): Answer {
  if (!reservation) throw errors.notFound()
  if (isRefused) throw errors.illegalTransition({ extensions: { state: reservation.status, allowed: [] } })
  return { status: isNew ? 201 : 200, body: viewReservation(reservation), etag: reservation.rev }
}

/** The order service's fast path: the same functions that its messages reach. */
export const reservationRoutes = ({ core, slots }: ProductFeatures): Route[] => {
  /** Who waited until nobody listens any more is not served: nothing was started, the caller may repeat. */
  const inSlot = (deadline: Deadline, command: () => Promise<Outcome>) =>
    slots(async () => {
      if (deadline.hasPassed()) throw errors.overloaded({ retryAfterSeconds: 1 })
      return answer(await command())
    })
  return [
    route(
      {
        method: 'POST',
        path: '/internal/quotes',
        rpc: 'quote',
        summary: 'Prices as they are now; what cannot be sold is named apart',
        auth: 'service',
        body: ReservationRequest,
        answers: { 200: Quote },
      },
      async ({ body }) => ({ status: 200, body: await quoteLines(core, body) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}',
        rpc: 'reserve_stock',
        summary: 'Reserve all lines of an order or none; a rejection is a released reservation with its reason',
        auth: 'service',
        params,
        body: ReservationRequest,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['idempotencyKeyReused', 'conflict'],
      },
      ({ params: { orderId }, body, deadline }) => inSlot(deadline, () => reserve(core, orderId, body)),
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/state',
        rpc: 'set_reservation_state',
        summary: 'Release (also of an unknown order: 201, a tombstone), allocate, or free what was allocated',
        auth: 'service',
        params,
        body: ReservationState,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['illegalTransition', 'conflict'],
      },
      ({ params: { orderId }, body: { state }, deadline }) => inSlot(deadline, () => commands[state](core, orderId)),
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/consumptions/{shipmentId}',
        rpc: 'consume_stock',
        summary: 'A shipment leaves the stock, once per id',
        auth: 'service',
        params: shipmentParams,
        body: StockMove,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['illegalTransition', 'conflict', 'idempotencyKeyReused'],
      },
      ({ params: { orderId, shipmentId: id }, body: { lines }, deadline }) =>
        inSlot(deadline, () => consume(core, orderId, [{ id, lines }])),
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/restocks/{refundId}',
        rpc: 'restock',
        summary: 'Goods come back to the stock with a refund, once per id',
        auth: 'service',
        params: refundParams,
        body: StockMove,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['illegalTransition', 'conflict', 'idempotencyKeyReused'],
      },
      ({ params: { orderId, refundId: id }, body: { lines }, deadline }) =>
        inSlot(deadline, () => restock(core, orderId, [{ id, lines }])),
    ),
    route(
      {
        method: 'GET',
        path: '/internal/reservations/{orderId}',
        rpc: 'get_reservation',
        summary: 'Read a reservation',
        auth: 'service',
        params,
        answers: { 200: Reservation },
      },
      async ({ params: { orderId } }) =>
        answer({ reservation: await core.reservations.get(orderId), isNew: false, isRefused: false }),
    ),
  ]
}
