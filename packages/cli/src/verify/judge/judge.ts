import { auditBooks, type Books, isAtRest } from '@toko/audit'
import type { OrderStatus } from '@toko/contracts'
import { Failure } from '../../io/failure.ts'
import { historyCounts } from '../history/counts.ts'
import type { HistoryRecord } from '../history/record.ts'
import { runOf, sentKeys } from '../history/sent-keys.ts'
import { booksOfRun } from './books-of-run.ts'
import { compareOrders } from './compare-orders.ts'
import { finalTimes } from './final-times.ts'
import { doubleCharged, oversold } from './compare-stock-and-money.ts'
import { stuckOrders, waitsForCustomer } from './stuck-orders.ts'
import type { Verdict } from './verdict.ts'

/**
 * Compares what clients were told with what is in the books, once the shop had its time to come to rest (read the books
 * after the drain). Pure: only orders, goods and money of this run count, whatever else the shop holds.
 * @throws Failure with exit code 2 when there is nothing to judge
 */
export function judge(history: readonly HistoryRecord[], allBooks: Books): Verdict {
  const run = runOf(history)
  if (!run) throw new Failure('the history has no run: the load did not begin', 2)
  const books = booksOfRun(history, allBooks)
  const keys = sentKeys(history)
  const counts = historyCounts(history)
  if (counts.acknowledged === 0) throw new Failure('no order was acknowledged: there is nothing to judge', 2)
  const { recovered, ...compared } = compareOrders(run, keys, books)
  const broken = {
    ...compared,
    oversold: oversold(run, books),
    doubleCharged: doubleCharged(books),
    stuck: stuckOrders(books),
  }
  const findings = audit(books)
  const isKept = Object.values(broken).every(({ length }) => length === 0)
  const byStatus: Partial<Record<OrderStatus, number>> = {}
  for (const { status } of books.orders) byStatus[status] = (byStatus[status] ?? 0) + 1
  return {
    isGreen: isKept && findings.every(({ violations }) => violations.length === 0),
    run: run.run,
    seed: run.seed,
    history: counts,
    orders: {
      made: books.orders.length,
      byStatus,
      recovered,
      waiting: books.orders.filter(waitsForCustomer).length,
    },
    broken,
    finalMs: finalTimes(keys, books.orders),
    findings,
  }
}

/** Books at rest are all of one moment and nothing in them is "just now": no allowance for what is under way is left. */
function audit(books: Books) {
  const nowMs = Date.now()
  if (!isAtRest(books)) return auditBooks(books, nowMs)
  return auditBooks({ ...books, readFromMs: Number.MAX_SAFE_INTEGER }, nowMs, { settledAfterMs: 0 })
}
