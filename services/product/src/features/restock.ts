import { restockedAnswer } from '../domain/answers.ts'
import { addRestocks, type Move } from '../domain/moves.ts'
import { type MovePlan, moveStock } from './move-stock.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

const plan: MovePlan = {
  alert: 'restock-refused',
  decide: addRestocks,
  change: ({ status }, restocks) => ({ status, restocks }),
  answer: restockedAnswer,
}

/** Goods come back with refunds: Σ restocked within what was shipped. The command names every restock of the order (ADR 12). */
export const restock = (core: ReservationCore, orderId: string, restocks: readonly Move[]): Promise<Outcome> =>
  moveStock(core, plan, orderId, restocks)
