import { Reservation } from '@toko/contracts'
import { CallError, ProblemAnswer, type ServiceClient } from '@toko/http'
import type { Logger } from '@toko/runtime'
import type { Order } from '../domain/order.ts'
import type { Stock } from '../ports.ts'

/**
 * The product service's reservation handlers, called: the fast path. No answer is no answer; messages bring it later. So a
 * product service that stays silent is left alone by the breaker, and orders no longer wait for it.
 */
export function remoteStock(client: ServiceClient, log: Logger): Stock {
  const common = { method: 'PUT', breaker: true, answer: { 200: Reservation, 201: Reservation } } as const
  const answered = async (order: Order, call: Promise<{ body: Reservation }>): Promise<Reservation | undefined> => {
    try {
      return (await call).body
    } catch (error) {
      if (!(error instanceof CallError) && !(error instanceof ProblemAnswer)) throw error
      log.warn({ err: error, order_id: order._id, status: order.status }, 'no stock answer; the message path goes on')
      return undefined
    }
  }
  const setState = (order: Order, state: 'released' | 'allocated' | 'freed') =>
    client.call({
      ...common,
      path: '/internal/reservations/{orderId}/state',
      rpc: 'set_reservation_state',
      params: { orderId: order._id },
      body: { state },
    })
  return {
    reserve: (order) =>
      answered(
        order,
        client.call({
          ...common,
          path: '/internal/reservations/{orderId}',
          rpc: 'reserve_stock',
          params: { orderId: order._id },
          body: { currency: order.currency, lines: order.request },
        }),
      ),
    release: (order) => answered(order, setState(order, 'released')),
    allocate: (order) => answered(order, setState(order, 'allocated')),
    free: (order) => answered(order, setState(order, 'freed')),
    consume: (order, { id: shipmentId, lines }) =>
      answered(
        order,
        client.call({
          ...common,
          path: '/internal/reservations/{orderId}/consumptions/{shipmentId}',
          rpc: 'consume_stock',
          params: { orderId: order._id, shipmentId },
          body: { lines },
        }),
      ),
    restock: (order, { id: refundId, lines }) =>
      answered(
        order,
        client.call({
          ...common,
          path: '/internal/reservations/{orderId}/restocks/{refundId}',
          rpc: 'restock',
          params: { orderId: order._id, refundId },
          body: { lines },
        }),
      ),
  }
}
