import { z } from 'zod'
import {
  CancelOrder,
  Cancellation,
  errors,
  Order as OrderView,
  OrderEvent,
  OrderId,
  OrderStatus,
  pageOf,
  pageQuery,
  PaymentAttempt,
  StartPayment,
  Timestamp,
} from '@toko/contracts'
import { hasRole, type Route, route, type UserPrincipal } from '@toko/http'
import { deadlineIn } from '@toko/runtime'
import type { OrderFeatures } from '../features.ts'
import { outcomeOf } from '../features/order-outcome.ts'

const params = z.object({ id: OrderId })
const isStaff = (principal: UserPrincipal) => hasRole(principal, 'orders', 'support', 'admin')

const listQuery = z.strictObject({
  ...pageQuery,
  status: OrderStatus.optional(),
  from: Timestamp.optional(),
  /** Staff only: the orders of this user, or of everybody with `all`. */
  userId: z.string().max(64).optional(),
})

export function orderRoutes(features: OrderFeatures): Route[] {
  const { orders } = features
  /** Another user's order is as unknown as one that doesn't exist. */
  const ownOrder = async (id: string, principal: UserPrincipal) => {
    const order = await orders.get(id)
    if (!order || (order.userId !== principal.id && !isStaff(principal))) throw errors.notFound()
    return order
  }
  return [
    route(
      {
        method: 'GET',
        path: '/orders',
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
        return { status: 200, body: { items: items.map(orders.view), next } }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders/{id}',
        summary: 'One order with what may be done with it',
        auth: 'user',
        params,
        answers: { 200: OrderView },
      },
      async ({ params: { id }, principal }) => {
        const order = await ownOrder(id, principal)
        return { status: 200, body: orders.view(order), etag: order.rev }
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
      },
      async ({ params: { id }, principal }) => {
        const order = await ownOrder(id, principal)
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
        answers: { 200: 'text/event-stream' },
        budgetMs: null,
      },
      async ({ params: { id }, principal, signal, header }) => {
        const order = await ownOrder(id, principal)
        const seen = Number(/^\d{1,6}$/.exec(header('last-event-id') ?? '')?.[0] ?? 0)
        return { status: 200, stream: (response) => orders.stream(order, seen, response, signal) }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/{id}/cancellations',
        summary: 'Cancel an order that is not authorised yet',
        auth: 'user',
        params,
        body: CancelOrder,
        idempotencyKey: 'required',
        answers: { 201: Cancellation },
        errors: ['illegalTransition', 'conflict'],
      },
      async ({ params: { id }, principal, body, idempotencyKey, deadline }) => {
        const order = await ownOrder(id, principal)
        const by = order.userId === principal.id ? 'user' : 'staff'
        const cancelled = await orders.cancel(order, { key: idempotencyKey, by, text: body.reason })
        const settled = await orders.advance(cancelled, deadlineIn(Math.min(1000, deadline.remainingMs() / 2)))
        orders.advanceLater(settled)
        const { id: cancellationId, at } = cancelled.cancellation!
        return {
          status: 201,
          body: { id: cancellationId, orderId: id, orderStatus: settled.status, createdAt: new Date(at).toISOString() },
        }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/{id}/payments',
        summary: 'Try to pay again after a decline',
        auth: 'user',
        params,
        body: StartPayment,
        idempotencyKey: 'required',
        answers: { 201: PaymentAttempt, 202: PaymentAttempt },
        errors: ['paymentDeclined', 'illegalTransition', 'conflict', 'idempotencyKeyReused'],
      },
      async ({ params: { id }, principal, body, idempotencyKey, deadline }) => {
        const order = await ownOrder(id, principal)
        const paying = await orders.pay(order, body.paymentMethod, idempotencyKey)
        const settled = await orders.awaitOutcome(paying, deadlineIn(Math.min(2000, deadline.remainingMs() - 300)))
        orders.advanceLater(settled)
        const index = settled.payments.findIndex((payment) => payment.requestKey === idempotencyKey)
        const attempt = orders.view(settled).payments[index]!
        const outcome = outcomeOf(settled)
        if (attempt.state === 'declined' && typeof outcome !== 'string') throw outcome
        const isDone = attempt.state === 'approved' || attempt.state === 'captured'
        return { status: isDone ? 201 : 202, body: attempt, headers: { Location: `/orders/${id}` } }
      },
    ),
  ]
}
