import type { OrderReturn } from './acts.ts'
import { fits, returnable, returnsOf, shipmentsOf } from './ledgers.ts'
import type { Order } from './order.ts'
import { mostActs, type Refusal, refuse } from './refusal.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

const hasLeft = (order: Order): boolean => order.status === 'shipped' || order.status === 'completed'

/** Open until the time limit after the last delivery; before the first there is nothing to count from. */
function isWindowOpen(order: Order, { nowMs, limits }: Decision): boolean {
  const deliveries = shipmentsOf(order).flatMap(({ delivery }) => (delivery ? [delivery.at] : []))
  return deliveries.length === 0 || nowMs <= Math.max(...deliveries) + limits.returnWindowMs
}

export const isReturnable = (order: Order, decision: Decision): boolean =>
  hasLeft(order) && returnable(order).length > 0 && isWindowOpen(order, decision)

export type NewReturn = Omit<OrderReturn, 'state' | 'at'>

/** The buyer wants to send goods back: never more than were shipped. A refund that names the return pays for it. */
export function openReturn(order: Order, wanted: NewReturn, decision: Decision): Transition | Refusal {
  if (!hasLeft(order)) return refuse('not-now')
  if (!isWindowOpen(order, decision)) return refuse('window-closed')
  const left = returnable(order)
  if (!fits(wanted.lines, left)) return refuse('over-return', { lines: left })
  if (returnsOf(order).length >= mostActs) return refuse('too-many')
  const returns = [...returnsOf(order), { ...wanted, state: 'requested' as const, at: decision.nowMs }]
  return moveTo(order, order.status, decision, { returns }, 'return')
}
