import type { Order } from './order.ts'

/** How long a placement took the shop, in ms: without the time in `reserved`, where an order waits for its buyer to pay. */
export function placementMs({ history }: Pick<Order, 'history'>): number {
  return history
    .slice(1)
    .map(({ at }, index) => (history[index]!.status === 'reserved' ? 0 : at - history[index]!.at))
    .reduce((sum, each) => sum + each, 0)
}
