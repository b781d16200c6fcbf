import type { Movement } from '../src/domain/movement.ts'
import { type Move, unitsOf } from '../src/domain/moves.ts'
import type { StoredReservation } from '../src/domain/reservation.ts'
import { reservationFault, stockFault } from '../src/domain/soundness.ts'
import type { MemoryStock } from './memory-stores.ts'

export interface Books {
  readonly reservations: ReadonlyMap<string, StoredReservation>
  readonly stock: ReadonlyMap<string, MemoryStock>
  readonly ledger: ReadonlyMap<string, readonly Movement[]>
  /** Units on hand before anything happened. */
  readonly initial: ReadonlyMap<string, number>
}

export function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

const movementsOf = ({ stock, ledger }: Books, sku: string) => [
  ...(ledger.get(sku) ?? []),
  ...(stock.get(sku)?.pending ?? []),
]

/** I1 and the ledger (I13) after every write. */
export function checkAlways(books: Books): void {
  for (const [sku, stock] of books.stock) {
    const why = stockFault(stock)
    check(why === undefined, `${sku}: ${why}`)
    const movements = movementsOf(books, sku)
    const sum = movements.reduce((total, { delta }) => total + delta, books.initial.get(sku) ?? 0)
    check(sum === stock.onHand, `${sku}: ${stock.onHand} on hand, ${sum} in the ledger`)
    check(new Set(movements.map(({ key }) => key)).size === movements.length, `${sku}: a move was made twice`)
  }
  for (const reservation of books.reservations.values()) {
    const why = reservationFault(reservation)
    check(why === undefined, `${reservation._id}: ${why}`)
  }
}

/** Every move of every reservation is in the ledger, and nothing else is. */
function checkMoves(books: Books, sku: string): void {
  const expected: string[] = []
  const add = (sign: 1 | -1) => (move: Move) => {
    for (const line of move.lines)
      if (line.sku === sku) expected.push(`${sign > 0 ? 'return' : 'shipment'} ${move.id} ${sign * line.quantity}`)
  }
  for (const { consumptions = [], restocks = [] } of books.reservations.values()) {
    consumptions.forEach(add(-1))
    restocks.forEach(add(1))
  }
  const made = movementsOf(books, sku).map(({ reason, delta }) => `${reason} ${delta}`)
  check(
    JSON.stringify(made.toSorted()) === JSON.stringify(expected.toSorted()),
    `${sku}: moved [${made.join()}], decided [${expected.join()}]`,
  )
}

/** S5: held and allocated have one active entry per SKU of what is not shipped yet, others none; consumed ones are pruned. */
export function checkSettled(books: Books): void {
  for (const { _id, status, lines, consumptions = [], parked } of books.reservations.values()) {
    check(status !== 'reserving', 'still reserving')
    check(parked === undefined, `parked: ${parked?.why}`)
    const consumed = unitsOf(consumptions)
    for (const { sku, quantity } of lines) {
      const mine = books.stock.get(sku)!.entries.filter(({ rid }) => rid === _id)
      const active = mine.filter(({ s }) => s === 'A').map(({ qty }) => qty)
      const isHolding = status === 'held' || status === 'allocated'
      const left = isHolding ? quantity - (consumed.get(sku) ?? 0) : 0
      check(
        JSON.stringify(active) === JSON.stringify(left > 0 ? [left] : []),
        `${status} with active entries of [${active.join()}] instead of ${left} ${sku}`,
      )
      check(status !== 'consumed' || mine.length === 0, `consumed and not pruned: ${sku}`)
    }
  }
  for (const sku of books.stock.keys()) checkMoves(books, sku)
}
