import type { Reservation } from '@toko/contracts'
import { applyReservation } from '../domain/apply-stock.ts'
import { advanceOrder } from './advance-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { commit } from './take-step.ts'

/** What a stock event says of a reservation, whatever its order in the stream. */
export type StockAnswer = Pick<Reservation, 'orderId' | 'status' | 'lines'> &
  Partial<Pick<Reservation, 'reason' | 'shortages'>>

/** Takes the product service's answer from the bus and goes on. An answer that fits no step is ignored (R5). */
export async function applyStockAnswer(protocol: Protocol, answer: StockAnswer): Promise<void> {
  const order = await protocol.store.get(answer.orderId)
  if (!order) return protocol.alerts.raise('unknown-order', answer.orderId)
  if (order.status === 'authorised' && answer.status === 'released') protocol.alerts.raise('not-allocated', order._id)
  const reservation = { ...answer, createdAt: new Date(protocol.clock.now()).toISOString() }
  const moved = await commit(protocol, applyReservation(order, reservation, decision(protocol)))
  if (moved) await advanceOrder(protocol, moved)
}
