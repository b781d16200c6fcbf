import { type OrderReason, type Reservation, totalMinor } from '@toko/contracts'
import { refundsOf, shipmentsOf } from './ledgers.ts'
import type { Order } from './order.ts'
import { withOwedRefund } from './refund.ts'
import { finalStatusOf } from './status.ts'
import { type Decision, moveTo, noted, type Transition } from './transition.ts'

/** Reserved: prices are fixed now. A higher total than the buyer accepted ends the order (step 8). */
function reserved(order: Order, { lines }: Reservation, decision: Decision): Transition {
  const total = totalMinor(lines)
  const change = { lines, totalMinor: total, holdEndsAt: decision.nowMs + decision.limits.unpaidHoldMs }
  return total > order.expectedTotalMinor
    ? moveTo(order, 'cancelling', decision, { ...change, reason: 'price-changed' })
    : moveTo(order, 'reserved', decision, change)
}

/** Goods that left with a shipment or came back with a refund, by the ids that the stock knows. Null when none is news. */
function moved(order: Order, { consumptions = [], restocks = [] }: Reservation, decision: Decision): Transition | null {
  const isNews = {
    shipment: ({ id, state }: { id: string; state: string }) => state === 'requested' && consumptions.includes(id),
    refund: ({ id, restock }: { id: string; restock?: string }) => restock === 'requested' && restocks.includes(id),
  }
  const [shipments, refunds] = [shipmentsOf(order), refundsOf(order)]
  const change = {
    ...(shipments.some(isNews.shipment)
      ? { shipments: shipments.map((each) => (isNews.shipment(each) ? { ...each, state: 'consumed' as const } : each)) }
      : {}),
    ...(refunds.some(isNews.refund)
      ? { refunds: refunds.map((each) => (isNews.refund(each) ? { ...each, restock: 'done' as const } : each)) }
      : {}),
  }
  return Object.keys(change).length > 0 ? noted(order, decision, change) : null
}

/**
 * What the product service's answer means for the order, from the two states alone (R5): a late, repeated or reordered
 * answer fits no step and gives null (steps 8, 9, 17, 19; after placement docs/adr/0012).
 */
export function applyReservation(order: Order, reservation: Reservation, decision: Decision): Transition | null {
  const isTaken = ['held', 'allocated', 'consumed'].includes(reservation.status)
  switch (order.status) {
    case 'pending':
      if (isTaken) return reserved(order, reservation, decision)
      if (reservation.status !== 'released' || reservation.reason === 'order-ended') return null
      return moveTo(order, 'rejected', decision, {
        reason: (reservation.reason ?? 'insufficient-stock') as OrderReason,
        shortages: reservation.shortages ?? [],
      })
    case 'cancelling':
      return reservation.status === 'released' ? moveTo(order, finalStatusOf(order.reason!), decision) : null
    case 'authorised':
      return ['allocated', 'consumed'].includes(reservation.status) ? moveTo(order, 'confirmed', decision) : null
    case 'freeing':
      // What is left of the money is owed from the same write on; nothing yet where only a void is needed.
      return reservation.status === 'released'
        ? moveTo(order, 'refunding', decision, withOwedRefund(order, decision))
        : null
    case 'confirmed':
    case 'shipped':
    case 'completed':
      return moved(order, reservation, decision)
    default:
      return null
  }
}
