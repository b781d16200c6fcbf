import { backoffMs } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import { eventsOf } from '../domain/transition.ts'
import { advanceOrder } from './advance-order.ts'
import type { Protocol } from './protocol.ts'

const batch = 20

/** A person must look when an order stays for long where nothing can hold it up but a fault. */
function alertIfLate({ alerts, clock, limits }: Protocol, order: Order): void {
  const sinceMs = clock.now() - order.history.at(-1)!.at
  if (order.status === 'authorised' && sinceMs > limits.authorisedAlertMs)
    alerts.raise('authorised-too-long', order._id)
  if (order.status === 'confirmed' && sinceMs > limits.captureAlertMs) alerts.raise('not-captured', order._id)
}

/** Takes one due order: its next turn is set and its command queued again in one write, so replicas never share a turn. */
async function claim({ store, clock, limits }: Protocol, order: Order): Promise<Order | null> {
  const attempts = order.attempts + 1
  const dueAt = clock.now() + backoffMs(order._id, attempts, limits)
  const isCommand = order.status !== 'confirmed' // a confirmation was announced already; only the capture is missing
  return store.write({ from: order, to: { ...order, attempts, dueAt }, events: isCommand ? eventsOf(order) : [] })
}

/** Looks after every order that is due (R9). Runs on every replica, no leader. Returns how many it took. */
export async function sweepOrders(protocol: Protocol, stopping?: AbortSignal): Promise<number> {
  let taken = 0
  for (;;) {
    const due = await protocol.store.due(protocol.clock.now(), batch)
    const claimed = (await Promise.all(due.map((order) => claim(protocol, order)))).filter((order) => order !== null)
    for (const order of claimed) alertIfLate(protocol, order)
    // One order's trouble is its own: the others of the batch go on.
    await Promise.allSettled(claimed.map((order) => advanceOrder(protocol, order)))
    taken += claimed.length
    if (due.length < batch || stopping?.aborted) return taken
  }
}
