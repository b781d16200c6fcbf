import { AcceptedOrder, Order as OrderView, PlaceOrder } from '@toko/contracts'
import { type Answer, type Route, route } from '@toko/http'
import { deadlineIn } from '@toko/runtime'
import { asOwner } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import type { OrderFeatures } from '../features.ts'
import { outcomeOf } from '../features/order-outcome.ts'

/** Kept back of the route's budget for the way home. */
const reserveMs = 200

/** Seconds of `Prefer: wait=n` (RFC 7240), 3 at most; undefined when the client does not want to wait. */
function waitOf(prefer: string | undefined): number | undefined {
  const seconds = /(?:^|[\s,;])wait=(\d{1,4})(?=$|[\s,;])/.exec(prefer ?? '')?.[1]
  return seconds === undefined ? undefined : Math.min(3, Number(seconds))
}

/** 201 when confirmed, the typed problem when it ended otherwise, else 202: always with the same order id. */
function answerFor(order: Order, features: OrderFeatures): Answer {
  const outcome = outcomeOf(order)
  const headers = { Location: `/orders/${order._id}` }
  if (outcome === 'confirmed')
    return { status: 201, body: features.orders.view(order, asOwner), etag: order.rev, headers }
  if (outcome !== 'under-way' && outcome !== 'needs-payment') throw outcome
  const retry: Record<string, string> = outcome === 'under-way' ? { 'Retry-After': '1' } : {}
  return { status: 202, body: { id: order._id, status: order.status }, headers: { ...headers, ...retry } }
}

export function placeOrderRoutes(features: OrderFeatures): Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/orders',
        rpc: 'place_order',
        summary:
          'Order a cart. 202 once the order is durable; with `Prefer: wait=n` the outcome if it comes within n ≤ 3 s',
        auth: 'user',
        body: PlaceOrder,
        idempotencyKey: 'required',
        headers: ['prefer'],
        answers: { 201: OrderView, 202: AcceptedOrder },
        errors: [
          'notFound',
          'conflict',
          'limitReached',
          'insufficientStock',
          'priceChanged',
          'paymentDeclined',
          'idempotencyKeyReused',
        ],
      },
      async ({ principal, idempotencyKey, body, deadline, header }) => {
        const order = await features.orders.place({ userId: principal.id, idemKey: idempotencyKey, body })
        const waitS = waitOf(header('prefer'))
        if (waitS === undefined) {
          features.orders.advanceLater(order)
          return {
            status: 202,
            body: { id: order._id, status: order.status },
            headers: { Location: `/orders/${order._id}` },
          }
        }
        const waitMs = Math.min(waitS * 1000, deadline.remainingMs() - reserveMs)
        const settled = await features.orders.awaitOutcome(order, deadlineIn(waitMs))
        features.orders.advanceLater(settled)
        return answerFor(settled, features)
      },
    ),
  ]
}
