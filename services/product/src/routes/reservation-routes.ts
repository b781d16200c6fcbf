import { z } from 'zod'
import { errors, idSchema, Quote, Reservation, ReservationRequest, ReservationState } from '@toko/contracts'
import { type Answer, type Route, route } from '@toko/http'
import type { Deadline } from '@toko/runtime'
import { viewReservation } from '../domain/reservation.ts'
import { allocate } from '../features/allocate.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { quoteLines } from '../features/quote-lines.ts'
import { release } from '../features/release.ts'
import type { Outcome } from '../features/reservation-core.ts'
import { reserve } from '../features/reserve.ts'

const params = z.object({ orderId: idSchema('ord') })

function answer({ reservation, isNew, isRefused }: Outcome): Answer {
  if (!reservation) throw errors.notFound()
  if (isRefused) throw errors.illegalTransition({ extensions: { status: reservation.status, allowed: [] } })
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
        summary: 'Reserve all lines of an order or none; a rejection is a released reservation with its reason',
        auth: 'service',
        params,
        body: ReservationRequest,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['idempotencyKeyReused'],
      },
      ({ params: { orderId }, body, deadline }) => inSlot(deadline, () => reserve(core, orderId, body)),
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/state',
        summary: 'Release (also of an unknown order: 201, a tombstone) or allocate',
        auth: 'service',
        params,
        body: ReservationState,
        answers: { 200: Reservation, 201: Reservation },
        errors: ['illegalTransition'],
      },
      ({ params: { orderId }, body: { state }, deadline }) =>
        inSlot(deadline, () => (state === 'released' ? release(core, orderId) : allocate(core, orderId))),
    ),
    route(
      {
        method: 'GET',
        path: '/internal/reservations/{orderId}',
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
