import type { AuditedReservation } from '@toko/contracts'
import { consumedLines, type Index, isPromised, isSame, quantities, without, words } from './books.ts'
import { check, type Finding } from './finding.ts'

/** What a reservation should hold of each SKU whose stock is in the books. */
function expected(reservation: AuditedReservation, known: ReadonlySet<string>): Map<string, number> {
  if (reservation.status !== 'held' && !isPromised(reservation)) return new Map()
  return new Map([...without(reservation.lines, consumedLines(reservation))].filter(([sku]) => known.has(sku)))
}

/** S5: a reservation and the stock's entries say the same, one entry per SKU, and every entry has its reservation. */
export function holdsAreReservations(books: Index): Finding {
  const { orderOf, reservationOf, holdsOf, covers } = books
  const known = new Set(books.stock.map(({ sku }) => sku))
  const settled = books.reservations.filter((reservation) => {
    const order = orderOf.get(reservation.id)
    return !books.isUnderWay(reservation) && (order === undefined || books.isQuiet(order))
  })
  const finding = check('S5', 'held or allocated ⇔ one active hold per SKU', settled, (reservation) => {
    const { id, status } = reservation
    const holds = holdsOf.get(id) ?? []
    const held = quantities(holds)
    const wanted = expected(reservation, known)
    return [
      !isSame(held, wanted) && `${id}: reservation ${status}, the stock holds ${words(held)}, not ${words(wanted)}`,
      held.size < holds.length && `${id}: holds the same SKU twice (${words(held)})`,
    ]
  })
  const isSeen = (id: string) => {
    const order = orderOf.get(id)
    return (covers === undefined || covers.has(id)) && (order === undefined || books.isQuiet(order))
  }
  const stray = [...holdsOf].filter(([id]) => isSeen(id) && !reservationOf.has(id))
  const violations = stray.flatMap(([id, holds]) =>
    holds.map(({ sku, quantity }) => `${sku}: holds ${quantity} for ${id}, which has no reservation`),
  )
  return { ...finding, violations: [...finding.violations, ...violations] }
}

/** S7: never released and consumed. */
export function neverBothWays({ reservations, stock }: Index): Finding {
  const finding = check('S7', 'never released and consumed', reservations, ({ id, status, consumptions }) => [
    status === 'released' && consumptions.length > 0 && `${id}: released, but ${consumptions[0]!.id} consumed of it`,
    status === 'held' && consumptions.length > 0 && `${id}: only held, but ${consumptions[0]!.id} consumed of it`,
  ])
  const violations = stock.flatMap(({ sku, entries }) =>
    [...Map.groupBy(entries, ({ orderId }) => orderId)]
      .filter(([, same]) => same.length > 1)
      .map(([id, same]) => `${sku}: ${same.length} entries of ${id} (${same.map(({ state }) => state).join(', ')})`),
  )
  return { ...finding, violations: [...finding.violations, ...violations] }
}
