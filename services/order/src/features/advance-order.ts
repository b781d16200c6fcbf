import type { Deadline } from '@toko/runtime'
import type { Order } from '../domain/order.ts'
import { isSettled } from '../domain/pending-work.ts'
import type { Protocol } from './protocol.ts'
import { takeStep } from './take-step.ts'

/** The longest path has 9 steps; more means that two writers chase each other, and a sweeper sorts it out later. */
const maxSteps = 20

interface AdvanceOptions {
  readonly deadline?: Deadline
  /** Stops as soon as this holds, e.g. when the client's answer is certain. */
  readonly isEnough?: (order: Order) => boolean
}

/**
 * Takes steps until the order is settled, waits for somebody, or the time is up; then publishes what it caused.
 * An error of a port ends it like a crash would: the state stands, and a sweeper goes on.
 */
export async function advanceOrder(
  protocol: Protocol,
  order: Order,
  { deadline, isEnough = () => false }: AdvanceOptions = {},
): Promise<Order> {
  let current = order
  try {
    for (let steps = 0; steps < maxSteps; steps++) {
      if (isSettled(current) || isEnough(current) || deadline?.hasPassed()) break
      const next = await takeStep(protocol, current)
      if (!next) break
      current = next
    }
  } finally {
    protocol.store.publish(current)
  }
  return current
}
