import { errors } from '@toko/contracts'
import { asOwner, asStaff } from '../domain/derived.ts'
import { cancel } from '../domain/end-order.ts'
import type { Cancellation, Order } from '../domain/order.ts'
import { refuse } from '../domain/refusal.ts'
import { actOn } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'

type CancelRequest = Pick<Cancellation, 'id' | 'key' | 'by'> & { text?: string | undefined }

/**
 * Ends an order before it is authorised, or a confirmed one of which nothing has left. The same key answers the same
 * cancellation again.
 * @throws illegal-transition with the actions that are possible, idempotency-key-reused
 */
export function cancelOrder(protocol: Protocol, order: Order, { text, ...request }: CancelRequest): Promise<Order> {
  return actOn(protocol, order, {
    viewer: request.by === 'user' ? asOwner : asStaff,
    isDone({ cancellation }) {
      if (cancellation?.key !== request.key) return false
      if (cancellation.text !== text) throw errors.idempotencyKeyReused()
      return true
    },
    decide(current) {
      const cancellation = { ...request, at: protocol.clock.now(), ...(text === undefined ? {} : { text }) }
      return cancel(current, cancellation, decision(protocol)) ?? refuse('not-now')
    },
  })
}
