import { AuditedReservation, AuditedStock, PaymentLedgerEntry, selectedOf, type Selection } from '@toko/contracts'
import type { ServiceClient } from '@toko/http'
import type { NeighbourBooks } from '../ports.ts'

/**
 * The neighbours' exports, called. No circuit breaker: its state is that of the calls that orders wait for.
 * @param product, payment clients with room for large answers
 */
export function remoteNeighbourBooks(product: ServiceClient, payment: ServiceClient): NeighbourBooks {
  const query = ({ ids, after, limit }: Selection) => (ids ? { ids: ids.join(',') } : { after, limit })
  const common = { method: 'GET', breaker: false } as const
  return {
    async reservations(selection) {
      const answer = { 200: selectedOf(AuditedReservation) }
      const call = { ...common, path: '/internal/audit/reservations', rpc: 'audit_reservations' }
      return (await product.call({ ...call, query: query(selection), answer })).body.items
    },
    async stock(selection) {
      const answer = { 200: selectedOf(AuditedStock) }
      const call = { ...common, path: '/internal/audit/stock', rpc: 'audit_stock' }
      return (await product.call({ ...call, query: query(selection), answer })).body.items
    },
    async payments(selection) {
      const answer = { 200: selectedOf(PaymentLedgerEntry) }
      const call = { ...common, path: '/internal/audit/payments', rpc: 'audit_payments' }
      return (await payment.call({ ...call, query: query(selection), answer })).body.items
    },
  }
}
