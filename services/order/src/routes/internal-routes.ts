import { z } from 'zod'
import { AuditedOrder, errors, idSchema, OpenOrders, OrderId, pageOf, pageQuery, PaymentEvent } from '@toko/contracts'
import { type Route, route, webhookSignatureHeader } from '@toko/http'
import type { OrderFeatures } from '../features.ts'

export function internalRoutes({ orders, webhooks }: OrderFeatures): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/internal/users/{userId}/open-orders',
        rpc: 'count_open_orders',
        summary: 'How many orders of a user are not final',
        auth: 'service',
        params: z.object({ userId: idSchema('usr') }),
        answers: { 200: OpenOrders },
      },
      async ({ params }) => ({ status: 200, body: { open: await orders.countOpen(params.userId) } }),
    ),
    route(
      {
        method: 'GET',
        path: '/audit/orders',
        summary: 'Every order as the reconciliation reads it, oldest first',
        auth: { roles: ['admin'] },
        query: z.strictObject(pageQuery),
        answers: { 200: pageOf(AuditedOrder) },
        errors: ['cursorInvalid'],
      },
      async ({ query: { limit, cursor } }) => {
        return { status: 200, body: await orders.export(limit, cursor) }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/audit/orders/{id}',
        summary: 'One order as the reconciliation reads it',
        auth: { roles: ['admin', 'orders', 'support'] },
        params: z.object({ id: OrderId }),
        answers: { 200: AuditedOrder },
      },
      async ({ params: { id } }) => {
        const audited = await orders.audit(id)
        if (!audited) throw errors.notFound()
        return { status: 200, body: audited.body, etag: audited.rev }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/webhooks/payments/{provider}',
        summary: "The payment provider's signed events: kept, answered, then worked on",
        auth: 'public',
        params: z.object({ provider: z.literal('toko') }),
        body: PaymentEvent,
        keepsRawBody: true,
        headers: [webhookSignatureHeader],
        answers: { 204: null },
        errors: ['signatureInvalid'],
      },
      async ({ body, rawBody, header }) => {
        await webhooks.take(header(webhookSignatureHeader), rawBody, body)
        return { status: 204 }
      },
    ),
  ]
}
