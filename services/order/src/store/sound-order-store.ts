import { errors, ProblemError } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import { soundness } from '../domain/soundness.ts'
import type { Alerts, OrderStore } from '../ports.ts'

interface Deps {
  readonly alerts: Alerts
  readonly clock: { now(): number }
}

/**
 * Lets only orders through that make sense. One that does not is parked with an alert, and whoever asked for it gets a
 * `conflict`: a document that somebody edited into an impossible state stops itself and nothing else.
 */
export function soundOrderStore(store: OrderStore, { alerts, clock }: Deps): OrderStore {
  /** True when nothing may be done with the order. */
  async function isParked(order: Order): Promise<boolean> {
    const reason = order.parked?.reason ?? soundness(order)
    if (reason === undefined) return false
    if (order.parked && order.dueAt === undefined) return true
    if (await store.park(order, reason, clock.now())) alerts.raise('parked', order._id)
    return true
  }
  async function sound(order: Order | null): Promise<Order | null> {
    if (order && (await isParked(order))) throw parkedProblem(order._id)
    return order
  }
  return {
    ...store,
    get: async (id) => sound(await store.get(id)),
    replay: async (userId, idemKey) => sound(await store.replay(userId, idemKey)),
    async due(...range) {
      const found = await store.due(...range)
      const parked = await Promise.all(found.map((order) => isParked(order).catch(() => true)))
      return found.filter((_, index) => !parked[index])
    },
  }
}

const parkedProblem = (orderId: string) =>
  errors.conflict({
    detail: 'the order is held back until a person has looked at it',
    extensions: { orderId, why: 'parked' },
  })

export const isParkedProblem = (error: unknown): boolean =>
  error instanceof ProblemError && error.details.extensions?.['why'] === 'parked'
