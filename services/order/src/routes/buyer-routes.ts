import { CancelOrder, Cancellation, PaymentAttempt, StartPayment } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { deadlineIn } from '@toko/runtime'
import type { OrderFeatures } from '../features.ts'
import { outcomeOf } from '../features/order-outcome.ts'
import { goOn, orderOf, orderParams as params, viewerOf } from './order-access.ts'

/** What a buyer does with an order of their own, and staff for them. */
export function buyerRoutes(features: OrderFeatures): Route[] {
  const { orders } = features
  return [
    route(
      {
        method: 'POST',
        path: '/orders/{id}/cancellations',
        rpc: 'cancel_order',
        summary: 'Cancel an order that is not authorised yet, or a confirmed one of which nothing has left',
        auth: 'user',
        params,
        body: CancelOrder,
        idempotencyKey: 'required',
        answers: { 201: Cancellation },
        errors: ['illegalTransition', 'conflict', 'idempotencyKeyReused'],
      },
      async ({ params: { id }, principal, body, idempotencyKey, deadline }) => {
        const order = await orderOf(features, id, principal)
        const by = order.userId === principal.id ? 'user' : 'staff'
        const cancelled = await orders.cancel(order, { key: idempotencyKey, by, text: body.reason })
        const settled = await goOn(features, cancelled, deadline)
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
        rpc: 'pay_order',
        summary: 'Try to pay again after a decline',
        auth: 'user',
        params,
        body: StartPayment,
        idempotencyKey: 'required',
        answers: { 201: PaymentAttempt, 202: PaymentAttempt },
        errors: ['paymentDeclined', 'illegalTransition', 'conflict', 'idempotencyKeyReused'],
      },
      async ({ params: { id }, principal, body, idempotencyKey, deadline }) => {
        const order = await orderOf(features, id, principal)
        const paying = await orders.pay(order, body.paymentMethod, idempotencyKey)
        const settled = await orders.awaitOutcome(paying, deadlineIn(Math.min(2000, deadline.remainingMs() - 300)))
        orders.advanceLater(settled)
        const index = settled.payments.findIndex((payment) => payment.requestKey === idempotencyKey)
        const attempt = orders.view(settled, viewerOf(settled, principal)).payments[index]!
        const outcome = outcomeOf(settled)
        if (attempt.state === 'declined' && typeof outcome !== 'string') throw outcome
        const isDone = attempt.state === 'approved' || attempt.state === 'captured'
        return { status: isDone ? 201 : 202, body: attempt, headers: { Location: `/orders/${id}` } }
      },
    ),
  ]
}
