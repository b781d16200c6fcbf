import { z } from 'zod'
import { errors, Order as OrderView, OrderEvent, OrderStatus, pageOf, pageQuery, Timestamp } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { OrderFeatures } from '../features.ts'
import { isStaff, orderOf, orderParams as params, viewerOf } from './order-access.ts'

const listQuery = z.strictObject({
  ...pageQuery,
  status: OrderStatus.optional(),
  from: Timestamp.optional(),
  /** Staff only: the orders of this user, or of everybody with `all`. */
  userId: z.string().max(64).optional(),
})

export function orderRoutes(features: OrderFeatures): Route[] {
  const { orders } = features
  return [
    route(
      {
        method: 'GET',
        path: '/orders',
        rpc: 'list_orders',
        summary: 'Own orders, newest first; staff choose whose',
        auth: 'user',
        query: listQuery,
        answers: { 200: pageOf(OrderView) },
        errors: ['cursorInvalid'],
      },
      async ({ principal, query: { userId, status, from, limit, cursor } }) => {
        if (userId !== undefined && !isStaff(principal))
          throw errors.validation({
            errors: [{ pointer: 'query/userId', code: 'forbidden', detail: 'only staff may choose whose orders' }],
          })
        const owner = userId === 'all' ? undefined : (userId ?? principal.id)
        const filter = { userId: owner, status, from: from === undefined ? undefined : new Date(from) }
        const { items, next } = await orders.list(filter, limit, cursor)
        return {
          status: 200,
          body: { items: items.map((order) => orders.view(order, viewerOf(order, principal))), next },
        }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders/{id}',
        rpc: 'get_order',
        summary: 'One order with what may be done with it',
        auth: 'user',
        params,
        answers: { 200: OrderView },
        errors: ['conflict'],
      },
      async ({ params: { id }, principal }) => {
        const order = await orderOf(features, id, principal)
        return { status: 200, body: orders.view(order, viewerOf(order, principal)), etag: order.rev }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders/{id}/events',
        summary: 'The timeline: every status change',
        auth: 'user',
        params,
        answers: { 200: pageOf(OrderEvent) },
        errors: ['conflict'],
      },
      async ({ params: { id }, principal }) => {
        const order = await orderOf(features, id, principal)
        return { status: 200, body: { items: orders.history(order), next: null }, etag: order.rev }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders/{id}/stream',
        summary: 'The timeline live, as server-sent events; ends with a final status',
        auth: 'user',
        params,
        headers: ['last-event-id'],
        answers: { 200: 'text/event-stream' },
        errors: ['conflict'],
        budgetMs: null,
      },
      async ({ params: { id }, principal, signal, header }) => {
        const order = await orderOf(features, id, principal)
        const seen = Number(/^\d{1,6}$/.exec(header('last-event-id') ?? '')?.[0] ?? 0)
        return { status: 200, stream: (response) => orders.stream(order, seen, response, signal) }
      },
    ),
  ]
}
