import { errors } from '@toko/contracts'
import { cancel } from '../domain/end-order.ts'
import type { Cancellation, Order } from '../domain/order.ts'
import { allowedActions } from '../domain/status.ts'
import { decision, type Protocol } from './protocol.ts'

const maxTries = 5

/**
 * Ends an order before it is authorised. The same key answers the same cancellation again.
 * @throws illegal-transition with the actions that are possible
 */
export async function cancelOrder(
  protocol: Protocol,
  order: Order,
  request: Pick<Cancellation, 'id' | 'key' | 'by'> & { text?: string | undefined },
): Promise<Order> {
  const { text, ...rest } = request
  let current: Order | null = order
  for (let tries = 0; current && tries < maxTries; tries++) {
    if (current.cancellation?.key === request.key) return current
    const cancellation = { ...rest, at: protocol.clock.now(), ...(text === undefined ? {} : { text }) }
    const transition = cancel(current, cancellation, decision(protocol))
    if (!transition) throw notNow(protocol, current)
    const moved = await protocol.store.write(transition)
    if (moved) return moved
    current = await protocol.store.get(order._id)
  }
  throw errors.conflict({ detail: 'the order is being changed; try again', retryAfterSeconds: 1 })
}

export function notNow({ limits }: Protocol, order: Order) {
  const allowed = allowedActions(order, limits.maxPaymentAttempts)
  return errors.illegalTransition({ extensions: { orderId: order._id, status: order.status, allowed } })
}
