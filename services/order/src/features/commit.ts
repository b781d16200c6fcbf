import type { Order } from '../domain/order.ts'
import type { Transition } from '../domain/transition.ts'
import type { Protocol } from './protocol.ts'

/** Writes a move and answers with the order as it is then: moved, or as a faster one left it. Null: nothing to write. */
export async function commit(protocol: Protocol, transition: Transition | null): Promise<Order | null> {
  if (!transition) return null
  return (await protocol.store.write(transition)) ?? (await protocol.store.get(transition.from._id))
}
