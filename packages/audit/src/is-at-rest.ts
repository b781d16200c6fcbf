import { type Books, hasEnded, isStanding } from './books.ts'

/** Nothing is under way, so that books read one after the other are of one moment. */
export function isAtRest({ orders, reservations, stock }: Books): boolean {
  const isSettled = (order: Books['orders'][number]) => {
    const { status, payments, outbox, dueAt, shipments, refunds } = order
    if (outbox.length > 0 || shipments.some(({ state }) => state === 'requested')) return false
    if (refunds.some(({ state, restock }) => state === 'requested' || restock === 'requested')) return false
    if (isStanding(order)) return dueAt === null
    const isPaying = payments.some(({ state }) => state === 'requested' || state === 'unknown')
    return status === 'reserved' ? !isPaying : hasEnded(order)
  }
  return (
    orders.every(isSettled) &&
    reservations.every(({ status, outbox }) => outbox === 0 && status !== 'reserving') &&
    stock.every(({ pending }) => pending === 0)
  )
}
