import { OrderSelection, PaymentLedgerEntry, selectedOf, type Selection } from '@toko/contracts'
import { type Route, route } from '@toko/http'

export interface InternalAuditFeatures {
  selectLedger(selection: Selection): Promise<PaymentLedgerEntry[]>
}

/** The ledger for the order service's reconciliation, by the orders that it asks for. */
export const internalAuditRoutes = (f: InternalAuditFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/internal/audit/payments',
      rpc: 'audit_payments',
      summary: 'Ledger of effects per key, of these orders or of those after one',
      auth: 'service',
      query: OrderSelection,
      answers: { 200: selectedOf(PaymentLedgerEntry) },
    },
    async ({ query }) => ({ status: 200, body: { items: await f.selectLedger(query) } }),
  ),
]
