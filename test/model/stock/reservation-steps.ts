import { type Broken, lines, refunds, shipments } from './rules.ts'
import type { Books, Reservation, Worker } from './state.ts'

export interface Turn {
  readonly books: Books
  readonly broken: Broken
  act(label: string, change: Partial<Books>): void
}

const bitsOf = (bits: number, of: readonly (readonly number[])[]) =>
  of.filter((_, index) => (bits & (1 << index)) !== 0)
const sumOf = (moves: readonly (readonly number[])[]) =>
  lines.map((_, sku) => moves.reduce((sum, move) => sum + move[sku]!, 0))

/** A decision: the document after its compare-and-set. */
export const decide = (from: Reservation, change: Partial<Reservation>): Reservation => ({
  ...from,
  isDue: true,
  ...change,
  version: from.version + 1,
})
export const follower = (seen: Reservation, wasHeld = false): Worker => ({
  does: 'follow',
  seen,
  task: 0,
  stage: 'first',
  wasHeld,
})

/** The reservation with one more consumption, or undefined when that is refused. */
export function withConsumption(from: Reservation, shipment: number, broken: Broken): Reservation | undefined {
  if (from.status !== 'allocated' || (from.consumptions & (1 << shipment)) !== 0) return undefined
  const consumptions = from.consumptions | (1 << shipment)
  const sums = sumOf(bitsOf(consumptions, shipments))
  if (!broken.has('overConsumes') && sums.some((sum, sku) => sum > lines[sku]!)) return undefined
  const isAll = sums.every((sum, sku) => sum >= lines[sku]!)
  return decide(from, isAll ? { consumptions, status: 'consumed' } : { consumptions })
}

function withRestock(from: Reservation, refund: number, broken: Broken): Reservation | undefined {
  const mayReturn = from.status === 'allocated' || from.status === 'consumed'
  if (!mayReturn || (from.restocks & (1 << refund)) !== 0) return undefined
  const restocks = from.restocks | (1 << refund)
  const gone = sumOf(bitsOf(from.consumptions, shipments))
  const isTooMuch = sumOf(bitsOf(restocks, refunds)).some((sum, sku) => sum > gone[sku]!)
  return isTooMuch && !broken.has('restocksUnconsumed') ? undefined : decide(from, { restocks })
}

/** Commands of the order service in any order and at any time: the guards must hold here on their own. */
export function commandSteps({ books, broken, act }: Turn, maxWorkers: number): void {
  const { reservation: now, workers } = books
  if (workers.length >= maxWorkers) return
  const start = (label: string, reservation: Reservation, worker: Worker) =>
    act(label, { reservation, workers: [...workers, worker] })
  const reserve: Worker = { does: 'reserve', sku: 0, rejects: false }

  if (now.status === 'absent') {
    start('reserve', decide(now, { status: 'reserving' }), reserve)
    // A shortage at the first read, and a release of the unknown: nobody saw it reserving, so no entry can exist.
    act('insert as released', { reservation: decide(now, { status: 'released', isDue: false }) })
    return
  }
  if (now.status === 'reserving') start('reserve again', now, reserve)
  else if (now.isDue) start('sweep', now, follower(now))
  if (now.status === 'reserving' || now.status === 'held') {
    const released = decide(now, { status: 'released' })
    start('release', released, follower(released, now.status === 'held'))
  }
  if (now.status === 'held') act('allocate', { reservation: decide(now, { status: 'allocated', isDue: false }) })
  const isWhole = now.consumptions === 0 || broken.has('freedIgnoresConsumed')
  if ((now.status === 'allocated' || (now.status === 'held' && broken.has('freedAcceptsHeld'))) && isWhole) {
    const released = decide(now, { status: 'released' })
    start('free', released, follower(released, true))
  }
  moveSteps({ books, broken, act }, start)
}

function moveSteps(
  { books: { reservation: now }, broken }: Turn,
  start: (label: string, reservation: Reservation, worker: Worker) => void,
): void {
  shipments.forEach((_, shipment) => {
    const after = withConsumption(now, shipment, broken)
    if (!after) return
    if (broken.has('stockFirst'))
      start(`ship ${shipment}`, now, { ...follower({ ...after, version: now.version }), decides: shipment } as Worker)
    else start(`ship ${shipment}`, after, follower(after))
  })
  refunds.forEach((_, refund) => {
    const after = withRestock(now, refund, broken)
    if (after) start(`restock ${refund}`, after, follower(after))
  })
}
