import { AuditedReservation, AuditedStock, OrderSelection, selectedOf, SkuSelection } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { ProductFeatures } from '../features/product-features.ts'

/** The same exports for the order service's reconciliation, by the ids that it asks for. */
export const internalAuditRoutes = ({ audit }: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/internal/audit/reservations',
      rpc: 'audit_reservations',
      summary: 'Reservations by ids, or those after an id',
      auth: 'service',
      query: OrderSelection,
      answers: { 200: selectedOf(AuditedReservation) },
    },
    async ({ query }) => ({ status: 200, body: { items: await audit.selectReservations(query) } }),
  ),
  route(
    {
      method: 'GET',
      path: '/internal/audit/stock',
      rpc: 'audit_stock',
      summary: 'SKUs with their entries and the sums of their ledger, by SKUs or those after one',
      auth: 'service',
      query: SkuSelection,
      answers: { 200: selectedOf(AuditedStock) },
    },
    async ({ query }) => ({ status: 200, body: { items: await audit.selectStock(query) } }),
  ),
]
