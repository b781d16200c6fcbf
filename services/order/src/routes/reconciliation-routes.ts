import { Reconciliation } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { OrderFeatures } from '../features.ts'

export const reconciliationRoutes = ({ reconciliation }: Pick<OrderFeatures, 'reconciliation'>): Route[] => [
  route(
    {
      method: 'GET',
      path: '/audit/reconciliation',
      summary: 'Differences between the books of the services, as this replica last saw them',
      auth: { roles: ['admin', 'orders', 'support'] },
      answers: { 200: Reconciliation },
    },
    async () => ({ status: 200, body: reconciliation() }),
  ),
]
