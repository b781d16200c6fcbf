/**
 * One reservation of two SKUs, written as the product service writes it: every transition is one single-document write.
 * Reserve, release, allocate, free, shipments and restocks by several processes at once, each of which may sleep before any
 * write for as long as it likes, or die; a sweeper starts again while the reservation is due. Another buyer takes stock too.
 *
 * Abstract: up to `workers` processes at a time; entries are never pruned (that is `watermark/`); "not applied yet" in a
 * stock write is one condition on the document (`watermark/` says how it is found out); messages are left out, as the
 * commands may come at any time and any number of times anyway.
 */
import type { Model } from '../engine.ts'
import { commandSteps, type Turn } from './reservation-steps.ts'
import { type Broken, lines, refunds, shipments } from './rules.ts'
import { type Books, keyOf, opening, type Sku } from './state.ts'
import { workerSteps } from './worker-steps.ts'

const sum = (bits: number, of: readonly (readonly number[])[], sku: number) =>
  of.reduce((total, move, id) => total + ((bits & (1 << id)) !== 0 ? move[sku]! : 0), 0)

/** After every write (I1, S1–S3, S7). */
function alwaysWrong({ skus, other, reservation }: Books): string | undefined {
  if (reservation.status === 'released' && reservation.consumptions !== 0) return 'released and consumed'
  for (const [index, sku] of skus.entries()) {
    const { onHand, available, reserved, rest, left, back } = sku
    if (onHand < 0 || available < 0 || reserved < 0) return 'negative stock'
    if (onHand !== available + reserved) return 'on hand differs from available and reserved'
    if (reserved !== rest + (index === 0 ? other : 0)) return 'reserved differs from the active entries'
    if (onHand + left !== lines[index]! + back) return 'stock not conserved'
    if (left > sum(7, shipments, index) || left > lines[index]!) return 'more left the stock than the order has'
    if (back > sum(3, refunds, index)) return 'more came back than was refunded'
  }
  return undefined
}

function skuAtRest({ status, consumptions, restocks }: Books['reservation'], sku: Sku, index: number): boolean {
  const gone = sum(consumptions, shipments, index)
  const rest = ['held', 'allocated', 'consumed'].includes(status) ? lines[index]! - gone : 0
  return sku.rest === rest && sku.left === gone && sku.back === sum(restocks, refunds, index)
}

const isAtRest = ({ workers, reservation }: Books) => workers.length === 0 && !reservation.isDue
const agrees = ({ reservation, skus }: Books) => skus.every((sku, index) => skuAtRest(reservation, sku, index))

export function stock({ workers = 2, broken = new Set() }: { workers?: number; broken?: Broken } = {}): Model<Books> {
  return {
    initial: opening,
    key: keyOf,
    next(books, step) {
      const turn: Turn = { books, broken, act: (label, change) => step(label, { ...books, ...change }) }
      commandSteps(turn, workers)
      workerSteps(turn)
      const [first, ...rest] = books.skus as [Sku, ...Sku[]]
      const { available, reserved } = first
      const buy = (units: number) => ({
        other: books.other + units,
        skus: [{ ...first, available: available - units, reserved: reserved + units }, ...rest],
      })
      if (books.other === 0 && available > 0) turn.act('another buyer', buy(1))
      if (books.other === 1) turn.act('another buyer gives back', buy(-1))
    },
    problem: (books) =>
      alwaysWrong(books) ??
      (isAtRest(books) && !agrees(books) ? 'nobody looks again, and the books differ' : undefined),
    isEnd: (books) => isAtRest(books) && agrees(books),
    goals: {
      'all shipped and brought back': (books) =>
        isAtRest(books) && books.reservation.status === 'consumed' && books.reservation.restocks === 3,
      'freed after allocated': ({ reservation, skus }) =>
        reservation.status === 'released' && reservation.version > 3 && skus.every(({ entry }) => entry === 'R'),
      'rejected for a shortage': ({ workers: all, other }) =>
        other === 1 && all.some((worker) => worker.does === 'reserve' && worker.rejects),
    },
  }
}
