import type { DomainEvent, OrderAct, OrderReason, OrderStatus } from '@toko/contracts'
import { eventsOf } from './events-of.ts'
import type { Limits } from './limits.ts'
import type { Order } from './order.ts'
import { firstDueAt } from './schedule.ts'
import { nextStatuses } from './status.ts'

/** One write: the order as it was read, as it will be, and the messages that go with the change (R2). */
export interface Transition {
  readonly from: Order
  readonly to: Order
  readonly events: readonly DomainEvent[]
}

/** What every transition is decided with. */
export interface Decision {
  readonly nowMs: number
  readonly limits: Limits
}

type Change = Partial<Order> & { readonly reason?: OrderReason }

/** Moves an order along the picture. @throws Error for a move that is not in it: a bug, stopped before it is written */
export function moveTo(
  from: Order,
  status: OrderStatus,
  { nowMs, limits }: Decision,
  change: Change = {},
  act?: OrderAct,
): Transition {
  if (!nextStatuses[from.status].includes(status) || (status === from.status && act === undefined))
    throw new Error(`order ${from._id}: ${from.status} → ${status} is not a step`)
  const version = from.version + 1
  const reason = change.reason ?? from.reason
  const entry = { version, status, ...(act ? { act } : {}), ...(reason ? { reason } : {}), at: nowMs }
  const { dueAt: _, ...rest } = { ...from, ...change, status, version, attempts: 0, history: [...from.history, entry] }
  const dueAt = firstDueAt(rest, nowMs, limits)
  const to: Order = dueAt === undefined ? rest : { ...rest, dueAt }
  return { from, to, events: eventsOf(to) }
}

/**
 * Writes down what a neighbour did, within the version that asked for it: followers have nothing to hear. The count makes a
 * claim that another replica decided on meanwhile lose; it would set a due time again, for ever.
 */
export function noted(from: Order, { nowMs, limits }: Decision, change: Partial<Order>): Transition {
  const { dueAt, ...rest } = { ...from, ...change, attempts: from.attempts + 1 }
  const firstAt = firstDueAt(rest, nowMs, limits)
  return { from, to: firstAt === undefined ? rest : { ...rest, dueAt: dueAt ?? firstAt }, events: [] }
}
