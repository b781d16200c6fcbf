import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '@toko/runtime'
import type { Order } from '../domain/order.ts'
import { advanceOrder } from './advance-order.ts'
import { outcomeOf } from './order-outcome.ts'
import type { Protocol } from './protocol.ts'

const pollMs = { first: 20, most: 200 }

const isCertain = (order: Order) => outcomeOf(order) !== 'under-way'

/**
 * Advances an order and waits until its outcome is certain or the deadline passes: steps taken here where they can be,
 * otherwise by looking for what the message path brings. Returns the order as last seen.
 */
export async function awaitOutcome(protocol: Protocol, order: Order, deadline: Deadline): Promise<Order> {
  let current = await advanceOrder(protocol, order, { deadline, isEnough: isCertain })
  for (
    let pause = pollMs.first;
    !isCertain(current) && !deadline.hasPassed();
    pause = Math.min(pollMs.most, pause * 2)
  ) {
    await sleep(Math.min(pause, deadline.remainingMs()))
    current = (await protocol.store.get(order._id)) ?? current
  }
  return current
}
