import type { Refund, Shipment } from './acts.ts'
import { refundsOf, shipmentsOf } from './ledgers.ts'
import { lastPayment, type Order } from './order.ts'
import { isFinal } from './status.ts'

/** Something that a neighbour has not confirmed yet, although the order is final for placement. */
export type Work =
  | { readonly kind: 'capture' }
  | { readonly kind: 'consume'; readonly shipment: Shipment }
  | { readonly kind: 'restock'; readonly refund: Refund }
  | { readonly kind: 'refund'; readonly refund: Refund }

/** Refunds that the provider has not confirmed. */
export const openRefunds = (order: Order): readonly Refund[] =>
  refundsOf(order).filter(({ state }) => state === 'requested')

/**
 * What is left to do for a confirmed, shipped or completed order, from its document alone (R9); the pieces depend on each
 * other in nothing, so one that can't be done now holds up no other. Stock first: it is the quicker neighbour.
 */
export function pendingWork(order: Order): Work[] {
  if (!['confirmed', 'shipped', 'completed'].includes(order.status)) return []
  const restocks = refundsOf(order).filter(({ restock }) => restock === 'requested')
  return [
    ...(lastPayment(order)?.state === 'approved' ? [{ kind: 'capture' } as const] : []),
    ...shipmentsOf(order)
      .filter(({ state }) => state === 'requested')
      .map((shipment) => ({ kind: 'consume', shipment }) as const),
    ...restocks.map((refund) => ({ kind: 'restock', refund }) as const),
    ...openRefunds(order).map((refund) => ({ kind: 'refund', refund }) as const),
  ]
}

/** Nothing is left to do, for the sweepers either. */
export const isSettled = (order: Order): boolean => isFinal(order.status) && pendingWork(order).length === 0
