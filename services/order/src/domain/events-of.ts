import { type DomainEvent, happened, type OrderEventData, orderEvents } from '@toko/contracts'
import { refundedMinor, refundsOf, shipmentsOf } from './ledgers.ts'
import type { Order } from './order.ts'
import { pendingWork } from './pending-work.ts'

/** Full state for followers (R8). Commands name all shipments and restocks: the product service takes what it does not know. */
export function eventData(order: Order): OrderEventData {
  const shipments = shipmentsOf(order).map(({ id, lines }) => ({ id, lines }))
  const restocks = refundsOf(order)
    .filter(({ restock }) => restock !== undefined)
    .map(({ id, lines }) => ({ id, lines: lines! }))
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
    ...(shipments.length > 0 ? { shipments } : {}),
    ...(restocks.length > 0 ? { restocks } : {}),
    ...(refundsOf(order).length > 0 ? { refundedMinor: refundedMinor(order) } : {}),
  }
}

const eventOf = (order: Order) => ({ subject: order._id, version: order.version, data: eventData(order) })

/** The commands that nobody has answered yet: a sweeper sends them again from the order's state alone (R9). */
export function commandsOf(order: Order): DomainEvent[] {
  const event = eventOf(order)
  switch (order.status) {
    case 'pending': {
      const request = { currency: order.currency, lines: order.request.map((line) => ({ ...line })) }
      return [happened(orderEvents.placed, { ...event, data: { ...event.data, request } })]
    }
    case 'cancelling':
      return [happened(orderEvents.cancelling, event)]
    case 'authorised':
      return [happened(orderEvents.authorised, event)]
    case 'freeing':
      return [happened(orderEvents.freed, event)]
    default: {
      const kinds = new Set(pendingWork(order).map(({ kind }) => kind))
      return [
        ...(kinds.has('consume') ? [happened(orderEvents.shipped, event)] : []),
        ...(kinds.has('restock') ? [happened(orderEvents.returned, event)] : []),
      ]
    }
  }
}

/** What followers hear of a step, and nobody has to answer. */
function announcementsOf(order: Order): DomainEvent[] {
  const event = eventOf(order)
  const isEntered = order.history.at(-2)?.status !== order.status
  switch (order.status) {
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return [happened(orderEvents.cancelled, event)]
    case 'confirmed':
      if (isEntered) return [happened(orderEvents.confirmed, event)]
      break
    case 'completed':
      if (isEntered) return [happened(orderEvents.completed, event)]
      break
    default:
  }
  return order.history.at(-1)?.act === 'refunded' ? [happened(orderEvents.refunded, event)] : []
}

/** The messages of the step that an order took last. */
export const eventsOf = (order: Order): DomainEvent[] => [...commandsOf(order), ...announcementsOf(order)]
