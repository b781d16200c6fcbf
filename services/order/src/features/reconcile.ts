import { auditBooks, type Books, invariantIds, skewMs, subjectOf } from '@toko/audit'
import type { Reconciliation } from '@toko/contracts'
import { type Difference, openDifferences, type Seen } from '../domain/differences.ts'
import type { ReconciliationOutcome } from '../ports.ts'
import { type BookSources, booksOf, booksOfStock } from './reconciliation-books.ts'
import { type Clock, cyclicWalk, finalsWalk, openWalk, stockWalk } from './reconciliation-walks.ts'

export interface ReconcileDeps extends BookSources {
  readonly outcome: ReconciliationOutcome
  readonly clock: Clock
  readonly limits: {
    readonly reconcileEveryMs: number
    /** Orders that are compared at a time. */
    readonly reconcileBatch: number
    /** Everything is looked at once in this time. */
    readonly reconcileCycleMs: number
    /** What changed later may still be under way. */
    readonly reconcileSettleMs: number
  }
}

/** After a restored backup everything may differ: so many are kept, and so many shown. */
const mostKept = 10_000
const mostShown = 500
/** What books of stock alone can say. */
const stockRules = new Set(['I1', 'I13', 'S4', 'S5', 'S7'])

const orderOf = (subject: string) => (subject.startsWith('ord_') ? subject.split(':')[0]! : undefined)

/**
 * Compares the books of order, product and payment service by ids with the rules of packages/audit (I8–I10, I13 and the
 * rest). Reads only, reports and never repairs. A difference counts when two readings, one after the other, show it: books are
 * read one by one while the shop is at work.
 */
export function makeReconcile(deps: ReconcileDeps) {
  const { clock, limits, outcome } = deps
  const differences = openDifferences(mostKept)
  const walks = {
    finals: finalsWalk(deps.orders, clock.now() - limits.reconcileSettleMs - 2 * limits.reconcileEveryMs),
    open: openWalk(deps.orders),
    cycle: cyclicWalk(deps),
    stock: stockWalk(deps),
  }
  let lastSuccessMs: number | undefined
  let checkedOrders = 0

  /** What changed later is not compared. */
  const settledMs = () => clock.now() - limits.reconcileSettleMs
  const readFromMs = () => settledMs() + skewMs
  const seenIn = (books: Books, rules?: ReadonlySet<string>): Seen[] =>
    auditBooks(books, clock.now(), { settledAfterMs: limits.reconcileSettleMs })
      .filter(({ id }) => rules?.has(id) ?? true)
      .flatMap(({ id, violations }) =>
        [...Map.groupBy(violations, subjectOf)].map(([subject, details]) => ({
          rule: id,
          subject,
          detail: details.map((detail) => detail.slice(subject.length + 2)).join('; '),
        })),
      )

  async function look(read: () => Promise<Books>, isLooked: (seen: Seen, books: Books) => boolean, rules = allRules) {
    const books = await read()
    const first = new Set(seenIn(books, rules).map(({ rule, subject }) => `${rule} ${subject}`))
    const found =
      first.size === 0 ? [] : seenIn(await read(), rules).filter(({ rule, subject }) => first.has(`${rule} ${subject}`))
    const { appeared, gone } = differences.looked((seen) => isLooked(seen, books), found, clock.now())
    appeared.forEach(outcome.appeared)
    gone.forEach(outcome.gone)
    return books
  }

  async function lookAtOrders(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const isLooked = ({ subject }: Seen, { covers }: Books) => covers!.has(orderOf(subject) ?? '')
    const { orders } = await look(() => booksOf(deps, ids, readFromMs()), isLooked)
    checkedOrders += orders.length
  }

  async function lookAtStock(skus: readonly string[]): Promise<void> {
    if (skus.length === 0) return
    const looked = new Set(skus)
    // What a SKU shows of an order is gone only when the order itself was looked at.
    const isLooked = ({ rule, subject }: Seen) => looked.has(subject) && stockRules.has(rule)
    await look(() => booksOfStock(deps, skus, readFromMs()), isLooked, stockRules)
  }

  /** Those that are open and were not looked at for longest: a difference that is gone should not wait for the cycle. */
  async function lookAgain(): Promise<void> {
    const oldest = differences.open().slice(0, limits.reconcileBatch)
    const subjects = [...new Set(oldest.map(({ subject }) => orderOf(subject) ?? subject))]
    await lookAtOrders(subjects.filter((subject) => orderOf(subject) !== undefined))
    await lookAtStock(subjects.filter((subject) => orderOf(subject) === undefined))
  }

  async function run(stopping: AbortSignal): Promise<void> {
    const startedMs = clock.now()
    checkedOrders = 0
    /** Bounded by time too: what is left over comes in the next run. */
    const mayGoOn = () => !stopping.aborted && clock.now() - startedMs < limits.reconcileEveryMs
    const { reconcileBatch: batch, reconcileEveryMs, reconcileCycleMs } = limits
    const share = reconcileEveryMs / reconcileCycleMs
    await lookAgain()
    await walks.open.run({ beforeMs: settledMs(), batch, look: lookAtOrders })
    await walks.finals.run({ beforeMs: settledMs(), batch, look: lookAtOrders, mayGoOn })
    await walks.cycle.run({ share, batch, look: lookAtOrders, mayGoOn, nowMs: clock.now() })
    await walks.stock.run({ share, look: lookAtStock, mayGoOn, nowMs: clock.now() })
    if (stopping.aborted) return
    lastSuccessMs = clock.now()
    outcome.finished({ counts: counts(), checkedOrders, atMs: lastSuccessMs })
  }

  const counts = () => {
    const byRule = Map.groupBy(differences.open(), ({ rule }) => rule)
    return new Map(invariantIds.map((rule) => [rule, byRule.get(rule)?.length ?? 0]))
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  const shown = ({ firstSeenAt, lastSeenAt, ...seen }: Difference) => ({
    ...seen,
    firstSeenAt: iso(firstSeenAt),
    lastSeenAt: iso(lastSeenAt),
  })
  function report(): Reconciliation {
    const open = differences.open().toSorted((a, b) => b.firstSeenAt - a.firstSeenAt)
    const cycles = [walks.cycle.endedMs(), walks.stock.endedMs()]
    const lastCycleMs = cycles.includes(undefined) ? undefined : Math.min(...cycles.map((ms) => ms!))
    return {
      lastSuccessAt: lastSuccessMs === undefined ? null : iso(lastSuccessMs),
      checkedOrders,
      lastCycleAt: lastCycleMs === undefined ? null : iso(lastCycleMs),
      counts: Object.fromEntries(counts()),
      differences: open.slice(0, mostShown).map(shown),
      isComplete: open.length <= mostShown && !differences.isFull(),
    }
  }
  return { run, report }
}

const allRules: ReadonlySet<string> = new Set(invariantIds)
