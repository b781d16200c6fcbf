import { z } from 'zod'
import {
  errors,
  idSchema,
  type MovedLines,
  OrderId,
  Quote,
  Reservation,
  ReservationRequest,
  ReservationState,
  StockMove,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { NeighbourState } from './neighbour-state.ts'

const orderParams = z.object({ orderId: OrderId })
const reservationAnswers = { 200: Reservation }
const now = () => new Date().toISOString()
const words = (title: string) => ({ title, productId: `prd_${'0'.repeat(32)}`, options: {}, image: null })
const units = (lines: MovedLines) => lines.reduce((sum, { quantity }) => sum + quantity, 0)

/** What a command makes of a reservation, as the product service decides it. */
function commanded(known: Reservation, state: z.infer<typeof ReservationState>['state']): Reservation {
  if (state === 'freed')
    return known.status === 'allocated' && !known.consumptions?.length
      ? { ...known, status: 'released', reason: 'order-freed' }
      : known
  if (state === 'allocated') return known.status === 'held' ? { ...known, status: 'allocated' } : known
  return ['held', 'reserving'].includes(known.status) ? { ...known, status: 'released', reason: 'order-ended' } : known
}

/** Stands for the product service. */
export function stockRoutes(state: NeighbourState): Route[] {
  const count = (call: string) => {
    state.calls.push(call)
    if (state.stockIsDown) throw errors.dependencyUnavailable()
  }
  const move = (kind: 'consumptions' | 'restocks', rpc: string, idName: 'shipmentId' | 'refundId') =>
    route(
      {
        method: 'PUT',
        path: `/internal/reservations/{orderId}/${kind}/{${idName}}`,
        rpc,
        summary: 'Goods leave or come back, once per id',
        auth: 'service',
        params: orderParams.extend({ [idName]: idSchema(kind === 'consumptions' ? 'shp' : 'rfd') }),
        body: StockMove,
        answers: reservationAnswers,
      },
      async ({ params, body }) => {
        count(kind)
        const [orderId, id] = [String(params['orderId']), String(params[idName])] as const
        const known = state.reservations.get(orderId)
        if (known?.status !== 'allocated') throw errors.illegalTransition()
        if (known[kind]?.includes(id)) return { status: 200, body: known }
        const reservation: Reservation = { ...known, [kind]: [...(known[kind] ?? []), id] }
        state.reservations.set(orderId, reservation)
        if (kind === 'restocks') state.available += units(body.lines)
        return { status: 200, body: reservation }
      },
    )
  return [
    route(
      {
        method: 'POST',
        path: '/internal/quotes',
        rpc: 'quote',
        summary: 'Quote',
        auth: 'service',
        body: ReservationRequest,
        answers: { 200: Quote },
      },
      async ({ body }) => {
        count('quote')
        const lines = body.lines
          .filter(({ sku }) => sku !== 'GONE-1')
          .map((line) => ({
            ...words(line.sku),
            ...line,
            unitPriceMinor: state.priceMinor,
            available: state.available,
          }))
        return { status: 200, body: { currency: body.currency, lines, unavailable: [], priceVersion: 'v' } }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}',
        rpc: 'reserve_stock',
        summary: 'Reserve',
        auth: 'service',
        params: orderParams,
        body: ReservationRequest,
        answers: reservationAnswers,
      },
      async ({ params: { orderId }, body }) => {
        count('reserve')
        const known = state.reservations.get(orderId)
        if (known) return { status: 200, body: known }
        const wanted = body.lines.reduce((sum, line) => sum + line.quantity, 0)
        const isHeld = wanted <= state.available
        if (isHeld) state.available -= wanted
        const lines = body.lines.map((line) => ({ ...words(line.sku), ...line, unitPriceMinor: state.priceMinor }))
        const reservation: Reservation = isHeld
          ? { orderId, status: 'held', lines, createdAt: now() }
          : { orderId, status: 'released', reason: 'insufficient-stock', shortages: [], lines: [], createdAt: now() }
        state.reservations.set(orderId, reservation)
        return { status: 200, body: reservation }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/state',
        rpc: 'set_reservation_state',
        summary: 'Release or allocate',
        auth: 'service',
        params: orderParams,
        body: ReservationState,
        answers: reservationAnswers,
      },
      async ({ params: { orderId }, body }) => {
        count(body.state)
        const known = state.reservations.get(orderId) ?? {
          orderId,
          status: 'released' as const,
          lines: [],
          createdAt: now(),
        }
        const reservation = commanded(known, body.state)
        if (reservation !== known && reservation.status === 'released') state.available += units(known.lines)
        state.reservations.set(orderId, reservation)
        return { status: 200, body: reservation }
      },
    ),
    move('consumptions', 'consume_stock', 'shipmentId'),
    move('restocks', 'restock', 'refundId'),
  ]
}
