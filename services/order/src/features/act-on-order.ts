import { errors } from '@toko/contracts'
import type { Viewer } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { isRefusal, type Refusal } from '../domain/refusal.ts'
import type { Transition } from '../domain/transition.ts'
import type { Protocol } from './protocol.ts'
import { problemOf } from './refusal-problem.ts'

/** Every try loses to somebody who got on, so many parallel requests end after as many tries. */
const maxTries = 40

interface Act {
  /** Who asks: a refusal tells them what they may do instead. */
  readonly viewer: Viewer
  /** True when the order shows that this very request was carried out already. @throws idempotency-key-reused */
  readonly isDone: (order: Order) => boolean
  readonly decide: (order: Order) => Transition | Refusal
}

/**
 * Carries out what a person asks of an order: decided on what is read, written only if that still holds, and decided again
 * when somebody else was faster. Returns the order that shows the act.
 * @throws the refusal's problem, conflict
 */
export async function actOn(protocol: Protocol, order: Order, { viewer, isDone, decide }: Act): Promise<Order> {
  let current: Order | null = order
  for (let tries = 0; current && tries < maxTries; tries++) {
    if (isDone(current)) return current
    const decided = decide(current)
    if (isRefusal(decided)) throw problemOf(protocol, current, viewer, decided)
    const moved = await protocol.store.write(decided)
    if (moved) return moved
    current = await protocol.store.get(order._id)
  }
  throw errors.conflict({ detail: 'the order is being changed; try again', retryAfterSeconds: 1 })
}

interface Keyed {
  readonly key: string
  readonly bodyHash: string
}

/** For `isDone`: an act with this key is there. @throws idempotency-key-reused when it was another request */
export function hasAct(acts: readonly Keyed[], { key, bodyHash }: Keyed): boolean {
  const known = acts.find((each) => each.key === key)
  if (known && known.bodyHash !== bodyHash) throw errors.idempotencyKeyReused()
  return known !== undefined
}
