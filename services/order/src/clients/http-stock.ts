import { type MovedLines, Reservation } from '@toko/contracts'
import { CallError, type HttpClient, ProblemAnswer } from '@toko/http'
import type { Logger } from '@toko/runtime'
import type { Order } from '../domain/order.ts'
import type { Stock } from '../ports.ts'

/** The product service's reservation handlers over HTTP: the fast path. No answer is no answer; messages bring it later. */
export function httpStock(client: HttpClient, log: Logger): Stock {
  const answers = { 200: Reservation, 201: Reservation }
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
      method: 'PUT',
      path: '/internal/reservations/{orderId}/state',
      params: { orderId: order._id },
      body: { state },
      answer: answers,
    })
  const move = (order: Order, kind: 'consumptions' | 'restocks', id: string, lines: MovedLines) =>
    client.call({
      method: 'PUT',
      path: `/internal/reservations/{orderId}/${kind}/{id}`,
      params: { orderId: order._id, id },
      body: { lines },
      answer: answers,
    })
  return {
    reserve: (order) =>
      answered(
        order,
        client.call({
          method: 'PUT',
          path: '/internal/reservations/{orderId}',
          params: { orderId: order._id },
          body: { currency: order.currency, lines: order.request },
          answer: answers,
        }),
      ),
    release: (order) => answered(order, setState(order, 'released')),
    allocate: (order) => answered(order, setState(order, 'allocated')),
    free: (order) => answered(order, setState(order, 'freed')),
    consume: (order, { id, lines }) => answered(order, move(order, 'consumptions', id, lines)),
    restock: (order, { id, lines }) => answered(order, move(order, 'restocks', id, lines!)),
  }
}

/** Calls nobody: the commands in the outbox and their answers do it all (ORDER_CALLS=events). */
export const eventStock: Stock = {
  reserve: async () => undefined,
  release: async () => undefined,
  allocate: async () => undefined,
  free: async () => undefined,
  consume: async () => undefined,
  restock: async () => undefined,
}
