import { errors } from '@toko/contracts'
import { isPayable, startPayment } from '../domain/apply-payment.ts'
import { asOwner } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { refuse } from '../domain/refusal.ts'
import { actOn } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'

/**
 * Starts another attempt to pay (step 10). The same key gives the same attempt; a new one only after the last is final.
 * @throws illegal-transition, idempotency-key-reused
 */
export function payOrder(protocol: Protocol, order: Order, method: string, requestKey: string): Promise<Order> {
  return actOn(protocol, order, {
    viewer: asOwner,
    isDone(current) {
      const known = current.payments.find((payment) => payment.requestKey === requestKey)
      if (known && known.method !== method) throw errors.idempotencyKeyReused()
      return known !== undefined
    },
    decide(current) {
      if (!isPayable(current, protocol.limits)) return refuse('not-now')
      const started = startPayment({ ...current, nextMethod: { method, requestKey } }, decision(protocol))
      return started ? { ...started, from: current } : refuse('not-now')
    },
  })
}
