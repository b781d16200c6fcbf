import { type OrderReason, type Reservation, totalMinor } from '@toko/contracts'
import type { Order } from './order.ts'
import { finalStatusOf } from './status.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

/** Reserved: prices are fixed now. A higher total than the buyer accepted ends the order (step 8). */
function reserved(order: Order, { lines }: Reservation, decision: Decision): Transition {
  const total = totalMinor(lines)
  const change = { lines, totalMinor: total, holdEndsAt: decision.nowMs + decision.limits.unpaidHoldMs }
  return total > order.expectedTotalMinor
    ? moveTo(order, 'cancelling', decision, { ...change, reason: 'price-changed' })
    : moveTo(order, 'reserved', decision, change)
}

/**
 * What the product service's answer means for the order, from the two states alone (R5): a late, repeated or reordered
 * answer fits no step and gives null (steps 8, 9, 17, 19).
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
    default:
      return null
  }
}
