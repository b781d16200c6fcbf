import { type Books, isAtRest } from '@toko/audit'
import type { AuditedOrder } from '@toko/contracts'

const standing: ReadonlySet<string> = new Set(['confirmed', 'shipped', 'completed'])
const resting: ReadonlySet<string> = new Set([...standing, 'rejected', 'cancelled', 'expired'])

/** Reserved and nobody is paying: not stuck, its customer has time. */
export const waitsForCustomer = ({ status, payments }: AuditedOrder): boolean =>
  status === 'reserved' && !payments.some(({ state }) => state === 'requested' || state === 'unknown')

/** What still moves, or should. */
export function stuckOrders(books: Books): string[] {
  const stuck = [
    ...books.orders.filter((order) => !waitsForCustomer(order)).flatMap(stuckOrder),
    ...books.reservations.flatMap(({ id, status, outbox }) =>
      status === 'reserving' || outbox > 0 ? [`${id}: reservation ${status}, ${outbox} messages wait`] : [],
    ),
    ...books.stock.flatMap(({ sku, pending }) =>
      pending > 0 ? [`${sku}: ${pending} movements not in the ledger`] : [],
    ),
  ]
  // Whatever else the audit calls unrest must not pass for rest.
  return stuck.length > 0 || isAtRest(books) ? stuck : ['something in the books is still under way']
}

function stuckOrder({ id, status, outbox, dueAt, shipments, refunds }: AuditedOrder): string[] {
  if (!resting.has(status)) return [`${id}: ${status}`]
  if (outbox.length > 0) return [`${id}: ${status}, ${outbox.length} messages wait`]
  const undone = [
    ...shipments.filter(({ state }) => state === 'requested'),
    ...refunds.filter(({ state, restock }) => state === 'requested' || restock === 'requested'),
  ]
  if (undone.length > 0) return [`${id}: ${status}, ${undone.map((each) => each.id).join(', ')} not done`]
  return standing.has(status) && dueAt !== null ? [`${id}: ${status}, something is due, such as its capture`] : []
}
