import { z } from 'zod'
import { AuditedReservation, AuditedStock, errors, OrderId, pageOf, pageQuery } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { ProductFeatures } from '../features/product-features.ts'

/** Read-only exports for the reconciliation. */
export const auditRoutes = ({ desk, audit }: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/audit/stock',
      summary: 'Every SKU with its entries and the sums of its ledger, in order of SKUs',
      auth: { roles: ['admin'] },
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(AuditedStock) },
      errors: ['cursorInvalid'],
    },
    async ({ query: { limit, cursor } }) => ({ status: 200, body: await desk.ledger.export(limit, cursor) }),
  ),
  route(
    {
      method: 'GET',
      path: '/audit/reservations',
      summary: 'Every reservation, in order of ids',
      auth: { roles: ['admin'] },
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(AuditedReservation) },
      errors: ['cursorInvalid'],
    },
    async ({ query: { limit, cursor } }) => ({ status: 200, body: await audit.reservations(limit, cursor) }),
  ),
  route(
    {
      method: 'GET',
      path: '/audit/reservations/{orderId}',
      summary: 'One reservation as the reconciliation reads it',
      auth: { roles: ['admin', 'orders', 'support'] },
      params: z.object({ orderId: OrderId }),
      answers: { 200: AuditedReservation },
    },
    async ({ params: { orderId } }) => {
      const reservation = await audit.reservation(orderId)
      if (!reservation) throw errors.notFound()
      return { status: 200, body: reservation }
    },
  ),
]
