import type { Reservation } from '@toko/contracts'
import { applyReservation } from '../domain/apply-stock.ts'
import { advanceOrder } from './advance-order.ts'
import { alertOfAnswer } from './alert-of-answer.ts'
import { commit } from './commit.ts'
import { orderOfMessage } from './find-order.ts'
import { decision, type Protocol } from './protocol.ts'

/** What a stock event says of a reservation, whatever its order in the stream. */
export type StockAnswer = Pick<Reservation, 'orderId' | 'status' | 'lines'> &
  Partial<Pick<Reservation, 'reason' | 'shortages' | 'consumptions' | 'restocks'>>

/** Takes the product service's answer from the bus and goes on. False: it fits no step and is ignored (R5). */
export async function applyStockAnswer(protocol: Protocol, answer: StockAnswer): Promise<boolean> {
  const order = await orderOfMessage(protocol, answer.orderId)
  if (!order) return false
  alertOfAnswer(protocol, order, answer)
  const reservation = { ...answer, createdAt: new Date(protocol.clock.now()).toISOString() }
  const moved = await commit(protocol, applyReservation(order, reservation, decision(protocol)))
  if (moved) await advanceOrder(protocol, moved)
  return moved !== null
}
