import type { Books } from '@toko/audit'
import type { AuditedOrder } from '@toko/contracts'

const resting: ReadonlySet<string> = new Set(['confirmed', 'shipped', 'completed', 'rejected', 'cancelled', 'expired'])

/** Reserved and nobody is paying: not stuck, its customer has time. */
export const waitsForCustomer = ({ status, payments }: AuditedOrder): boolean =>
  status === 'reserved' && !payments.some(({ state }) => state === 'requested' || state === 'unknown')

/** What still moves, or should. */
export function stuckOrders({ orders, reservations }: Pick<Books, 'orders' | 'reservations'>): string[] {
  return [
    ...orders.flatMap((order) => {
      const { id, status, outbox, dueAt } = order
      if (waitsForCustomer(order)) return []
      if (!resting.has(status)) return [`${id}: ${status}`]
      if (outbox.length > 0) return [`${id}: ${status}, ${outbox.length} messages wait`]
      return status === 'confirmed' && dueAt !== null ? [`${id}: ${status}, its money is not captured`] : []
    }),
    ...reservations.flatMap(({ id, status, outbox }) =>
      status === 'reserving' || outbox > 0 ? [`reservation ${id}: ${status}, ${outbox} messages wait`] : [],
    ),
  ]
}
