import type { RequestedLine } from './lines.ts'

/** What left with one shipment, or came back with one refund; its id makes it happen once, at any later time (S11). */
export interface Move {
  readonly id: string
  /** One per SKU, sorted. */
  readonly lines: readonly RequestedLine[]
}

/** Units per SKU of several lists of lines. */
export function unitsOf(lists: readonly { readonly lines: readonly RequestedLine[] }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { lines } of lists) for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}

/** True when no SKU has more units in `some` than in `all`. */
export function isWithin(some: ReadonlyMap<string, number>, all: ReadonlyMap<string, number>): boolean {
  for (const [sku, units] of some) if (units > (all.get(sku) ?? 0)) return false
  return true
}

export type MoveDecision =
  /** Everything wanted is known already. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'add'; readonly added: readonly Move[]; readonly all: readonly Move[] }
  /** reused: an id came with other lines before · exceeds: more than there is of a SKU. */
  | { readonly kind: 'refused'; readonly why: 'reused' | 'exceeds' }

/** Which of the wanted moves are new, if all of them together with the known ones stay within the limit per SKU. */
function addMoves(known: readonly Move[], wanted: readonly Move[], limit: ReadonlyMap<string, number>): MoveDecision {
  const added: Move[] = []
  for (const move of wanted) {
    const same = [...known, ...added].find(({ id }) => id === move.id)
    if (same && JSON.stringify(same.lines) !== JSON.stringify(move.lines)) return { kind: 'refused', why: 'reused' }
    if (!same) added.push(move)
  }
  if (added.length === 0) return { kind: 'repeat' }
  const all = [...known, ...added]
  return isWithin(unitsOf(all), limit) ? { kind: 'add', added, all } : { kind: 'refused', why: 'exceeds' }
}

interface Moved {
  readonly lines: readonly RequestedLine[]
  readonly consumptions?: readonly Move[]
  readonly restocks?: readonly Move[]
}

/** Shipments take at most what was ordered. */
export const addConsumptions = (reservation: Moved, wanted: readonly Move[]): MoveDecision =>
  addMoves(reservation.consumptions ?? [], wanted, unitsOf([reservation]))

/** At most what was shipped comes back. */
export const addRestocks = (reservation: Moved, wanted: readonly Move[]): MoveDecision =>
  addMoves(reservation.restocks ?? [], wanted, unitsOf(reservation.consumptions ?? []))

/** True when the moves cover every unit of every line. */
export const areAllConsumed = ({ lines }: Pick<Moved, 'lines'>, consumptions: readonly Move[]): boolean =>
  isWithin(unitsOf([{ lines }]), unitsOf(consumptions))
