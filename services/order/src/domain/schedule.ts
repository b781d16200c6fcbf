import type { OrderStatus } from '@toko/contracts'
import type { Limits } from './limits.ts'
import type { Order } from './order.ts'

/** When a sweeper looks first after a move to `status`; undefined when there is nothing left to do. */
export function firstDueAt(status: OrderStatus, order: Order, nowMs: number, limits: Limits): number | undefined {
  switch (status) {
    case 'pending':
    case 'paying':
    case 'voiding':
    case 'cancelling':
    case 'authorised':
    case 'confirmed':
    case 'freeing':
    case 'refunding':
      return nowMs + limits.firstSweepMs
    case 'reserved':
      // With a method the payment starts at once; without one there is nothing to do before the hold ends.
      return order.nextMethod ? nowMs + limits.firstSweepMs : (order.holdEndsAt ?? nowMs + limits.unpaidHoldMs)
    default:
      return undefined
  }
}
