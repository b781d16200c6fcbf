import { decide, follower, type Turn, withConsumption } from './reservation-steps.ts'
import { type Broken, lines, refunds, shipments } from './rules.ts'
import type { Books, Reservation, Worker } from './state.ts'
import { consume, free, hold, restock, tombstone, type Write } from './writes.ts'

type Reserving = Extract<Worker, { does: 'reserve' }>
type Following = Extract<Worker, { does: 'follow' }>

interface Work<W extends Worker> extends Turn {
  readonly worker: W
  /** One write by this worker, and what it does next; undefined: it is finished. */
  go(label: string, next: Worker | undefined, change?: Partial<Books>): void
}

/** Steps 4 to 6. */
function reserveStep({ books, broken, worker, go }: Work<Reserving>): void {
  const { reservation: now, skus } = books
  const { sku, rejects } = worker
  if (rejects) {
    if (now.status !== 'reserving') return go('reject: too late', undefined)
    if (broken.has('rejectOnlyDecides'))
      return go('reject', undefined, { reservation: decide(now, { status: 'released', isDue: false }) })
    const released = decide(now, { status: 'released' })
    return go('reject', follower(released), { reservation: released })
  }
  if (sku < lines.length) {
    const written = hold(skus[sku]!, sku, broken)
    if (written) return go(`hold ${sku}`, { ...worker, sku: sku + 1 }, { skus: skus.with(sku, written) })
    const isHeld = skus[sku]!.entry === 'A'
    return go(
      `hold ${sku}: ${isHeld ? 'already' : 'refused'}`,
      isHeld ? { ...worker, sku: sku + 1 } : { ...worker, rejects: true },
    )
  }
  if (now.status === 'reserving' || broken.has('blindHeld'))
    return go('held', undefined, { reservation: decide(now, { status: 'held', isDue: false }) })
  go('held: too late', now.status === 'released' ? follower(now) : undefined)
}

/** What the stock still has to follow: shipments and refunds, each for each SKU. */
function movesOf({ consumptions, restocks }: Reservation): readonly { write: Write; sku: number; label: string }[] {
  const each = (bits: number, of: typeof shipments | typeof refunds, kind: string, write: (id: number) => Write) =>
    of.flatMap((quantities, id) =>
      quantities.flatMap((quantity, sku) =>
        (bits & (1 << id)) !== 0 && quantity > 0 ? [{ write: write(id), sku, label: `${kind} ${id} of ${sku}` }] : [],
      ),
    )
  return [...each(consumptions, shipments, 'consume', consume), ...each(restocks, refunds, 'restock', restock)]
}

/** Step 7b for one SKU: what was surely held is freed first; otherwise the tombstone first, and where it is refused, the hold. */
function closeStep({ books: { skus }, broken, worker, go }: Work<Following>): void {
  const { task: sku, stage, wasHeld } = worker
  const order = broken.has('freeThenTombstone')
    ? [free, tombstone]
    : wasHeld
      ? [free, tombstone, free]
      : [tombstone, free]
  const turn = ['first', 'second', 'third'].indexOf(stage)
  const write = order[turn]!
  const written = write(skus[sku]!, sku, broken)
  const name = write === free ? 'free' : 'tombstone'
  const nextStage = (['second', 'third'] as const)[turn]
  const isLast = written !== null || turn === order.length - 1
  const next: Following =
    isLast || !nextStage ? { ...worker, task: sku + 1, stage: 'first' } : { ...worker, stage: nextStage }
  go(`${name} ${sku}${written ? '' : ': refused'}`, next, written ? { skus: skus.with(sku, written) } : {})
}

const isSameWork = (seen: Reservation, now: Reservation, broken: Broken) =>
  broken.has('blindSettle') ? seen.status === now.status : seen.version === now.version

function followStep(work: Work<Following>): void {
  const { books, broken, worker, go } = work
  const { reservation: now, skus } = books
  const { seen, task, decides } = worker
  const isReleased = seen.status === 'released'
  const moves = isReleased ? [] : movesOf(seen)
  const settled = isSameWork(seen, now, broken) ? { reservation: { ...now, isDue: false } } : {}
  if (broken.has('settlesFirst') && task === 0 && now.isDue && 'reservation' in settled)
    return go('settle', worker, settled)
  if (task < (isReleased ? lines.length : moves.length)) {
    if (isReleased) return closeStep(work)
    const { write, sku, label } = moves[task]!
    const written = write(skus[sku]!, sku, broken)
    return go(
      `${label}${written ? '' : ': nothing'}`,
      { ...worker, task: task + 1 },
      written ? { skus: skus.with(sku, written) } : {},
    )
  }
  if (decides === undefined) return go('settle', undefined, settled)
  const decided = withConsumption(now, decides, broken)
  go('decide', undefined, decided ? { reservation: { ...decided, isDue: false } } : {})
}

/** The next write of each process, and its death. */
export function workerSteps(turn: Turn): void {
  const { books, act } = turn
  books.workers.forEach((worker, index) => {
    const others = books.workers.toSpliced(index, 1)
    const go: Work<Worker>['go'] = (label, next, change = {}) =>
      act(`${label} (${worker.does} ${index})`, { ...change, workers: next ? [...others, next] : others })
    if (worker.does === 'reserve') reserveStep({ ...turn, worker, go })
    else followStep({ ...turn, worker, go })
    act(`${worker.does} ${index} dies`, { workers: others })
  })
}
