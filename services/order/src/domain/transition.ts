import {
  type DomainEvent,
  happened,
  type OrderEventData,
  orderEvents,
  type OrderReason,
  type OrderStatus,
} from '@toko/contracts'
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

/** Full state for followers (R8). */
export function eventData(order: Order): OrderEventData {
  return {
    orderId: order._id,
    number: order.number,
    userId: order.userId,
    version: order.version,
    status: order.status,
    ...(order.reason ? { reason: order.reason } : {}),
    currency: order.currency,
    totalMinor: order.totalMinor,
    lines:
      order.lines.length > 0 ? order.lines.map((line) => ({ ...line })) : order.request.map((line) => ({ ...line })),
  }
}

/** The command or announcement that belongs to a status; a sweeper sends it again from the status alone (R9). */
export function eventsOf(order: Order): DomainEvent[] {
  const event = { subject: order._id, version: order.version, data: eventData(order) }
  switch (order.status) {
    case 'pending': {
      const request = { currency: order.currency, lines: order.request.map((line) => ({ ...line })) }
      return [happened(orderEvents.placed, { ...event, data: { ...event.data, request } })]
    }
    case 'cancelling':
      return [happened(orderEvents.cancelling, event)]
    case 'authorised':
      return [happened(orderEvents.authorised, event)]
    case 'confirmed':
      return [happened(orderEvents.confirmed, event)]
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return [happened(orderEvents.cancelled, event)]
    default:
      return []
  }
}

/** Moves an order along the picture. @throws Error for a move that is not in it: a bug, stopped before it is written */
export function moveTo(
  from: Order,
  status: OrderStatus,
  { nowMs, limits }: Decision,
  change: Partial<Order> & { readonly reason?: OrderReason } = {},
): Transition {
  if (!nextStatuses[from.status].includes(status))
    throw new Error(`order ${from._id}: ${from.status} → ${status} is not a step`)
  const version = from.version + 1
  const reason = change.reason ?? from.reason
  const entry = { version, status, ...(reason ? { reason } : {}), at: nowMs }
  const { dueAt: _, ...rest } = { ...from, ...change, status, version, attempts: 0, history: [...from.history, entry] }
  const dueAt = firstDueAt(status, rest, nowMs, limits)
  const to: Order = dueAt === undefined ? rest : { ...rest, dueAt }
  return { from, to, events: eventsOf(to) }
}
