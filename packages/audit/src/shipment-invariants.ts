import type { AuditedOrder, AuditedReservation } from '@toko/contracts'
import { consumedLines, type Index, isSame, type Lines, quantities, without, words } from './books.ts'
import { check, type Finding } from './finding.ts'

const tooMuch = (allowed: Lines, taken: Lines) =>
  new Map([...without(allowed, taken)].filter(([, quantity]) => quantity < 0).map(([sku, n]) => [sku, -n]))

type Move = AuditedReservation['consumptions'][number]

/** What one book says was done with goods, against the other: ids done here are there, with the same lines. */
function unlike(id: string, done: readonly Move[], known: readonly Move[], what: string): (string | false)[] {
  return done.map((move) => {
    const other = known.find((each) => each.id === move.id)
    if (!other) return `${id}: ${what} ${move.id} is done, but the reservation does not know it`
    const isLike = isSame(quantities(move.lines), quantities(other.lines))
    return (
      !isLike &&
      `${id}: ${what} ${move.id} is ${words(quantities(move.lines))}, at the stock ${words(quantities(other.lines))}`
    )
  })
}

const repeated = (moves: readonly Move[]) => moves.length - new Set(moves.map((each) => each.id)).size

/** F1: no more is shipped than ordered, and what is shipped has left the stock. */
export function shipmentsFit(books: Index): Finding {
  const shipped = books.orders.filter(({ shipments }) => shipments.length > 0)
  const finding = check('F1', 'shipped ≤ ordered; consumed ⇔ in the reservation', shipped, (order) => {
    const { id, lines, shipments } = order
    const over = tooMuch(
      lines,
      shipments.flatMap((shipment) => shipment.lines),
    )
    const known = books.reservationOf.get(id)?.consumptions ?? []
    const done = shipments.filter(({ state }) => state === 'consumed')
    return [
      over.size > 0 && `${id}: ships ${words(over)} more than was ordered`,
      ...(books.isQuiet(order) ? unlike(id, done, known, 'shipment') : []),
    ]
  })
  const violations = books.reservations.flatMap((reservation) => {
    const { id, lines, consumptions } = reservation
    const over = tooMuch(lines, consumedLines(reservation))
    return [
      ...(over.size > 0 ? [`${id}: consumed ${words(over)} more than was reserved`] : []),
      ...(repeated(consumptions) > 0 ? [`${id}: a shipment was consumed twice`] : []),
    ]
  })
  return { ...finding, violations: [...finding.violations, ...violations] }
}

const restocked = ({ refunds }: AuditedOrder) => refunds.filter(({ restock }) => restock !== undefined)

/** F2: no more comes back than left, and what came back is in the stock. */
export function restocksFit(books: Index): Finding {
  const returned = books.orders.filter((order) => restocked(order).length > 0)
  const finding = check('F2', 'restocked ≤ shipped; restocked ⇔ in the reservation', returned, (order) => {
    const { id, shipments } = order
    const moves = restocked(order).map(({ id: refundId, lines = [], restock }) => ({ id: refundId, lines, restock }))
    const over = tooMuch(
      shipments.flatMap(({ lines }) => lines),
      moves.flatMap(({ lines }) => lines),
    )
    const known = books.reservationOf.get(id)?.restocks ?? []
    const done = moves.filter(({ restock }) => restock === 'done')
    return [
      over.size > 0 && `${id}: ${words(over)} more came back than was shipped`,
      ...(books.isQuiet(order) ? unlike(id, done, known, 'restock') : []),
    ]
  })
  const violations = books.reservations.flatMap((reservation) => {
    const back = reservation.restocks.flatMap(({ lines }) => lines)
    const over = tooMuch(consumedLines(reservation), back)
    return [
      ...(over.size > 0 ? [`${reservation.id}: restocked ${words(over)} more than was consumed`] : []),
      ...(repeated(reservation.restocks) > 0 ? [`${reservation.id}: a return was restocked twice`] : []),
    ]
  })
  return { ...finding, violations: [...finding.violations, ...violations] }
}
