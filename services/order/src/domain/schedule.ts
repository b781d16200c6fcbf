import type { Limits } from './limits.ts'
import type { Order } from './order.ts'
import { pendingWork } from './pending-work.ts'

/** What the clocks of two replicas may differ by without a fault. */
const skewMs = 60_000

/** Further ahead than this no clock that is right sets a due time: the longest pause there is, jitter included. */
export const horizonMs = ({ unpaidHoldMs, maxBackoffMs, firstSweepMs }: Limits): number =>
  Math.max(unpaidHoldMs, 1.5 * maxBackoffMs, firstSweepMs) + skewMs

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
