import type { Limits } from './limits.ts'
import type { Order } from './order.ts'
import { pendingWork } from './pending-work.ts'

/** When a sweeper looks first after a step; undefined when there is nothing left to do. */
export function firstDueAt(order: Order, nowMs: number, limits: Limits): number | undefined {
  switch (order.status) {
    case 'pending':
    case 'paying':
    case 'voiding':
    case 'cancelling':
    case 'authorised':
    case 'freeing':
    case 'refunding':
      return nowMs + limits.firstSweepMs
    case 'reserved':
      // With a method the payment starts at once; without one there is nothing to do before the hold ends.
      return order.nextMethod ? nowMs + limits.firstSweepMs : (order.holdEndsAt ?? nowMs + limits.unpaidHoldMs)
    default:
      return pendingWork(order).length > 0 ? nowMs + limits.firstSweepMs : undefined
  }
}
