import { backoffMs } from '@toko/contracts'
import { timeLimitAt } from '../domain/end-order.ts'
import { commandsOf } from '../domain/events-of.ts'
import type { Order } from '../domain/order.ts'
import { openRefunds, pendingWork } from '../domain/pending-work.ts'
import { horizonMs } from '../domain/schedule.ts'
import { isParkedProblem } from '../store/sound-order-store.ts'
import { advanceOrder } from './advance-order.ts'
import type { Protocol } from './protocol.ts'

const batch = 20

/** A person must look when an order stays for long where nothing can hold it up but a fault. */
function alertIfLate({ alerts, clock, limits }: Protocol, order: Order): void {
  const sinceMs = clock.now() - order.history.at(-1)!.at
  if (order.status === 'authorised' && sinceMs > limits.authorisedAlertMs)
    alerts.raise('authorised-too-long', order._id)
  if (sinceMs <= limits.captureAlertMs) return
  const kinds = new Set(pendingWork(order).map(({ kind }) => kind))
  if (kinds.has('capture')) alerts.raise('not-captured', order._id)
  if (order.status === 'freeing' || kinds.has('consume') || kinds.has('restock')) alerts.raise('stock-late', order._id)
  if (order.status === 'refunding' || openRefunds(order).length > 0) alerts.raise('refund-late', order._id)
}

/** Not later than the order's time is used up: a limit that a backoff slept through would hold stock for that much longer. */
function nextTurnAt({ limits }: Protocol, order: Order, nowMs: number): number {
  const turnAt = nowMs + backoffMs(order._id, order.attempts + 1, limits)
  const limitAt = timeLimitAt(order, limits) ?? turnAt
  return limitAt > nowMs ? Math.min(turnAt, limitAt) : turnAt
}

/** Takes one due order: its next turn is set and its commands queued again in one write, so replicas never share a turn. */
async function claim(protocol: Protocol, order: Order): Promise<Order | null> {
  const dueAt = nextTurnAt(protocol, order, protocol.clock.now())
  const to = { ...order, attempts: order.attempts + 1, dueAt }
  return protocol.store.write({ from: order, to, events: commandsOf(order) })
}

/** One order's trouble is its own: whatever goes wrong here, the others of the batch go on. False: somebody else took it. */
async function takeTurn(protocol: Protocol, order: Order): Promise<boolean> {
  const turn = async () => {
    const claimed = await claim(protocol, order)
    if (!claimed) return false
    alertIfLate(protocol, claimed)
    await advanceOrder(protocol, claimed)
    return true
  }
  try {
    return await protocol.resume({ name: 'order sweep', orderId: order._id, trace: order.trace }, turn)
  } catch (error) {
    if (!isParkedProblem(error)) protocol.alerts.raise('step-failed', order._id)
    throw error
  }
}

/** Looks after every order that is due (R9). Runs on every replica, no leader. Returns how many it took. */
export async function sweepOrders(protocol: Protocol, stopping?: AbortSignal): Promise<number> {
  let taken = 0
  for (;;) {
    const nowMs = protocol.clock.now()
    const due = await protocol.store.due(nowMs, batch, nowMs + horizonMs(protocol.limits))
    const turns = await Promise.allSettled(due.map((order) => takeTurn(protocol, order)))
    taken += turns.filter((turn) => turn.status === 'fulfilled' && turn.value).length
    const isStuck = turns.every(({ status }) => status === 'rejected') // they may still be due: no second round at once
    if (due.length < batch || isStuck || stopping?.aborted) return taken
  }
}
