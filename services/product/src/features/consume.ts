import { consumedAnswer } from '../domain/answers.ts'
import { addConsumptions, areAllConsumed, type Move } from '../domain/moves.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'
import { type MovePlan, moveStock } from './move-stock.ts'

const plan: MovePlan = {
  alert: 'consume-refused',
  decide: addConsumptions,
  change: (reservation, consumptions) => ({
    status: areAllConsumed(reservation, consumptions) ? 'consumed' : 'allocated',
    consumptions,
  }),
  answer: consumedAnswer,
}

/**
 * Shipments leave the stock: allocated, and Σ shipped within what was ordered; all of it makes the reservation consumed. The
 * command names every shipment of the order, those that are not known yet are consumed (ADR 12).
 */
export const consume = (core: ReservationCore, orderId: string, shipments: readonly Move[]): Promise<Outcome> =>
  moveStock(core, plan, orderId, shipments)
