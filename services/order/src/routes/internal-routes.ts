import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AuditedOrder, errors, idSchema, OpenOrders, OrderId, pageOf, pageQuery, PaymentEvent } from '@toko/contracts'
import { type Route, route, webhookSignatureHeader } from '@toko/http'
import type { OrderFeatures } from '../features.ts'
import { viewHistory } from '../features/view-order.ts'
import type { StoredOrder } from '../store/order-query-store.ts'

function audited(order: StoredOrder): AuditedOrder {
  return {
    id: order._id,
    userId: order.userId,
    idempotencyKeyHash: createHash('sha256').update(order.idemKey).digest('hex'),
    cartId: order.cartId,
    status: order.status,
    ...(order.reason ? { reason: order.reason } : {}),
    version: order.version,
    history: viewHistory(order),
    totalMinor: order.totalMinor,
    payments: order.payments.map(({ attempt, key, state, amountMinor }) => ({ attempt, key, state, amountMinor })),
    lines: order.request.map(({ sku, quantity }) => ({ sku, quantity })),
    shipments: [],
    refunds: [],
    outbox: order.outbox.map(({ id, type, version, time }) => ({
      id,
      type,
      time,
      ...(version === undefined ? {} : { version }),
    })),
    replays: order.replays,
    attempts: order.attempts,
    dueAt: order.dueAt === undefined ? null : new Date(order.dueAt).toISOString(),
    createdAt: order.createdAt.toISOString(),
  }
}

export function internalRoutes({ orders, webhooks }: OrderFeatures): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/internal/users/{userId}/open-orders',
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
        const { items, next } = await orders.export(limit, cursor)
        return { status: 200, body: { items: items.map(audited), next } }
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
        const order = await orders.get(id)
        if (!order) throw errors.notFound()
        return { status: 200, body: audited(order as StoredOrder), etag: order.rev }
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
