import type { OrderStatus } from '@toko/contracts'
import type { Limits } from './limits.ts'
import type { Order } from './order.ts'

/** Between 0.5 and 1.5, the same for the same order and attempt: replicas spread out and a simulation replays. */
function jitter(orderId: string, attempts: number): number {
  let hash = attempts + 1
  for (let i = 0; i < orderId.length; i++) hash = (Math.imul(hash, 31) + orderId.charCodeAt(i)) | 0
  return 0.5 + (Math.abs(hash) % 1000) / 1000
}

/** Pause before the next sweep: 1, 2, 4 … 60 s, ± 50 %. */
export function backoffMs(orderId: string, attempts: number, limits: Limits): number {
  return Math.min(limits.maxBackoffMs, 1000 * 2 ** Math.min(attempts, 20)) * jitter(orderId, attempts)
}

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
