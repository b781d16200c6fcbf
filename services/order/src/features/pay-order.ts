import { errors } from '@toko/contracts'
import { startPayment } from '../domain/apply-payment.ts'
import type { Order } from '../domain/order.ts'
import { notNow } from './cancel-order.ts'
import { decision, type Protocol } from './protocol.ts'

const maxTries = 5

/**
 * Starts another attempt to pay (step 10). The same key gives the same attempt; a new one only after the last is final.
 * @throws illegal-transition
 */
export async function payOrder(protocol: Protocol, order: Order, method: string, requestKey: string): Promise<Order> {
  let current: Order | null = order
  for (let tries = 0; current && tries < maxTries; tries++) {
    const known = current.payments.find((payment) => payment.requestKey === requestKey)
    if (known && known.method !== method) throw errors.idempotencyKeyReused()
    if (known) return current
    const transition = startPayment({ ...current, nextMethod: { method, requestKey } }, decision(protocol))
    if (!transition || current.nextMethod) throw notNow(protocol, current)
    const moved = await protocol.store.write({ ...transition, from: current })
    if (moved) return moved
    current = await protocol.store.get(order._id)
  }
  throw errors.conflict({ detail: 'the order is being changed; try again', retryAfterSeconds: 1 })
}
