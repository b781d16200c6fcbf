import {
  AuditedReservation,
  AuditedStock,
  OrderSelection,
  PaymentLedgerEntry,
  selectedOf,
  type Selection,
  SkuSelection,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { NeighbourState } from './neighbour-state.ts'

/** In order of ids, those asked for. */
const selected = (ids: readonly string[], { ids: wanted, after = '', limit }: Selection) =>
  wanted ? ids.filter((id) => wanted.includes(id)) : ids.filter((id) => id > after).slice(0, limit)

/** The product service's books for the reconciliation. */
export const stockBooks = (state: NeighbourState): Route[] => [
  route(
    {
      method: 'GET',
      path: '/internal/audit/reservations',
      rpc: 'audit_reservations',
      summary: 'Reservations',
      auth: 'service',
      query: OrderSelection,
      answers: { 200: selectedOf(AuditedReservation) },
    },
    async ({ query }) => {
      const items = selected([...state.reservations.keys()].toSorted(), query).map((id): AuditedReservation => {
        const { status, lines, createdAt } = state.reservations.get(id)!
        return {
          id,
          status,
          epoch: 1,
          version: 1,
          lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
          consumptions: [],
          restocks: [],
          outbox: 0,
          nextAttemptAt: null,
          createdAt,
        }
      })
      return { status: 200, body: { items } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/internal/audit/stock',
      rpc: 'audit_stock',
      summary: 'Stock',
      auth: 'service',
      query: SkuSelection,
      answers: { 200: selectedOf(AuditedStock) },
    },
    async ({ query }) => {
      const sums = { onHand: 1000, available: state.available, reserved: 0, watermark: 0, received: 1000, shipped: 0 }
      const counts = { seq: 1, movements: 1, lastSeq: 1, pending: 0 }
      // As many entries as orders hold of it: a popular SKU has more of them than a message has room for.
      const entries = [...state.reservations.keys()].map((orderId) => ({
        orderId,
        quantity: 1,
        state: 'A' as const,
        epoch: 1,
      }))
      const items = selected(['TEA-1'], query).map((sku): AuditedStock => ({ sku, ...sums, ...counts, entries }))
      return { status: 200, body: { items } }
    },
  ),
]

/** The payment provider's ledger for the reconciliation. */
export const paymentBook = (state: NeighbourState): Route[] => [
  route(
    {
      method: 'GET',
      path: '/internal/audit/payments',
      rpc: 'audit_payments',
      summary: 'Ledger',
      auth: 'service',
      query: OrderSelection,
      answers: { 200: selectedOf(PaymentLedgerEntry) },
    },
    async ({ query }) => {
      const payments = [...state.payments.values()]
      const orders = selected([...new Set(payments.map(({ orderId }) => orderId))].toSorted(), query)
      const items = payments
        .filter(({ orderId }) => orders.includes(orderId))
        .map(({ key, orderId, state: payment, amountMinor, capturedMinor, refundedMinor }): PaymentLedgerEntry => ({
          key,
          orderId,
          state: payment,
          authorisedMinor: amountMinor,
          capturedMinor,
          refundedMinor,
          effects: [],
        }))
      return { status: 200, body: { items } }
    },
  ),
]
