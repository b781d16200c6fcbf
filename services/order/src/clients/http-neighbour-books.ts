import { AuditedReservation, AuditedStock, PaymentLedgerEntry, selectedOf, type Selection } from '@toko/contracts'
import type { HttpClient } from '@toko/http'
import type { NeighbourBooks } from '../ports.ts'

/**
 * The neighbours' exports over HTTP. No circuit breaker: its state is that of the calls that orders wait for.
 * @param product, payment clients with room for large answers
 */
export function httpNeighbourBooks(product: HttpClient, payment: HttpClient): NeighbourBooks {
  const query = ({ ids, after, limit }: Selection) => (ids ? { ids: ids.join(',') } : { after, limit })
  const common = { method: 'GET', breaker: false } as const
  return {
    async reservations(selection) {
      const answer = { 200: selectedOf(AuditedReservation) }
      const path = '/internal/audit/reservations'
      return (await product.call({ ...common, path, query: query(selection), answer })).body.items
    },
    async stock(selection) {
      const answer = { 200: selectedOf(AuditedStock) }
      return (await product.call({ ...common, path: '/internal/audit/stock', query: query(selection), answer })).body
        .items
    },
    async payments(selection) {
      const answer = { 200: selectedOf(PaymentLedgerEntry) }
      const path = '/internal/audit/payments'
      return (await payment.call({ ...common, path, query: query(selection), answer })).body.items
    },
  }
}
