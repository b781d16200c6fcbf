import type { Order as OrderView, OrderAction } from '@toko/contracts'
import { capturedMinor, refundableMinor, refundedMinor, shipmentsOf, shippable } from './ledgers.ts'
import { isCancellable } from './end-order.ts'
import { lastPayment, type Order } from './order.ts'
import { isPayable } from './apply-payment.ts'
import { isRefundable } from './refund.ts'
import { isReturnable } from './return.ts'
import { isShippable } from './ship.ts'
import type { Decision } from './transition.ts'

/** Who looks at an order: its owner, staff, or somebody who is both. */
export interface Viewer {
  readonly isOwner: boolean
  readonly isStaff: boolean
}

export const asOwner: Viewer = { isOwner: true, isStaff: false }
export const asStaff: Viewer = { isOwner: false, isStaff: true }

/** What the viewer may do now, by the same guards that the acts have, so that a page never guesses. */
export function allowedActions(order: Order, { isOwner, isStaff }: Viewer, decision: Decision): OrderAction[] {
  const isArriving = shipmentsOf(order).some(({ state, delivery }) => state === 'consumed' && !delivery)
  const actions: readonly (readonly [OrderAction, boolean])[] = [
    ['pay', isPayable(order, decision.limits)],
    ['cancel', isCancellable(order)],
    ['ship', isStaff && isShippable(order) && shippable(order).length > 0],
    ['deliver', isStaff && order.status === 'shipped' && isArriving],
    ['refund', isStaff && isRefundable(order) && refundableMinor(order) > 0],
    ['return', isOwner && isReturnable(order, decision)],
  ]
  return actions.filter(([, isAllowed]) => isAllowed).map(([action]) => action)
}

/** Derived from the ledgers of attempts and refunds, never stored (M2). */
export function paymentStatus(order: Order): OrderView['paymentStatus'] {
  switch (lastPayment(order)?.state) {
    case 'requested':
    case 'unknown':
      return 'pending'
    case 'approved':
      return 'authorised'
    case 'captured':
      if (refundedMinor(order) === 0) return 'paid'
      return refundedMinor(order) < capturedMinor(order) ? 'partially-refunded' : 'refunded'
    case 'declined':
      return 'declined'
    case 'voided':
      return 'voided'
    default:
      return 'unpaid'
  }
}

/** Derived from the shipments, never stored. */
export function fulfilmentStatus(order: Order): OrderView['fulfilmentStatus'] {
  if (order.status === 'confirmed') return 'unfulfilled'
  if (order.status === 'completed') return 'delivered'
  if (order.status !== 'shipped') return 'none'
  return shippable(order).length > 0 ? 'partially-shipped' : 'shipped'
}
