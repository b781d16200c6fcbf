import { errors } from '@toko/contracts'
import type { StoredReservation } from '../domain/reservation.ts'
import { reservationFault, stockFault } from '../domain/soundness.ts'
import type { StockState } from '../domain/stock.ts'
import type { Alerts, Clock } from '../ports.ts'
import type { StockStore } from '../store/stock-store.ts'
import type { ReservationCore } from './reservation-core.ts'

/** Ends the sweepers' interest in a reservation that can't be right, and calls a person; once, however often it is found. */
export async function parkReservation(
  { reservations, alerts, clock }: ReservationCore,
  reservation: StoredReservation,
  why: string,
): Promise<void> {
  if (await reservations.park(reservation, why, clock.now())) alerts.raise('parked', reservation._id)
}

/** The reservation a command is about. @throws conflict for one in an impossible state: nothing is decided on it */
export async function soundReservation(core: ReservationCore, orderId: string): Promise<StoredReservation | null> {
  const reservation = await core.reservations.get(orderId)
  const why = reservation && reservationFault(reservation)
  if (!why) return reservation
  await parkReservation(core, reservation, why)
  throw errors.conflict({ detail: `the reservation is in an impossible state: ${why}` })
}

export interface StockCare {
  readonly stock: Pick<StockStore, 'inspect' | 'park'>
  readonly alerts: Alerts
  readonly clock: Clock
}

/** The stock of a SKU, or null when there is none or when it can't be right: then it is parked. */
export async function soundStock({ stock, alerts, clock }: StockCare, sku: string): Promise<StockState | null> {
  const state = await stock.inspect(sku)
  const why = state && stockFault(state)
  if (!why) return state
  if (await stock.park(sku, state, why, clock.now())) alerts.raise('parked', sku)
  return null
}
