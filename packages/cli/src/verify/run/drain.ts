import { setTimeout as sleep } from 'node:timers/promises'
import type { Books } from '@toko/audit'
import { explain, Failure } from '../../io/failure.ts'
import type { ShopConnection } from '../../shop/connect.ts'
import { readBooks } from '../../shop/read-books.ts'
import type { HistoryRecord } from '../history/record.ts'
import { booksOfRun } from '../judge/books-of-run.ts'
import { stuckOrders } from '../judge/stuck-orders.ts'

interface DrainOptions {
  readonly deadlineMs: number
  /** How many orders and reservations are still under way. */
  readonly onLook: (left: number) => void
}

/**
 * Reads the books until nothing of this run is under way in them, or until the deadline: what is not at rest then is
 * stuck. @throws Failure with exit code 2 when the books could not be read
 */
export async function drain(
  shop: ShopConnection,
  history: readonly HistoryRecord[],
  { deadlineMs, onLook }: DrainOptions,
): Promise<Books> {
  const untilMs = performance.now() + deadlineMs
  let [books, fault]: [Books | undefined, unknown] = [undefined, undefined]
  for (;;) {
    const beganMs = performance.now()
    try {
      books = await readBooks(shop)
      const left = stuckOrders(booksOfRun(history, books)).length
      if (left === 0) return books
      onLook(left)
    } catch (error) {
      fault = error
    }
    // Reading everything is work for the shop, which has orders to finish.
    const pauseMs = Math.max(500, performance.now() - beganMs)
    if (performance.now() + pauseMs > untilMs) break
    await sleep(pauseMs)
  }
  if (!books) throw new Failure(`the books can't be read: ${explain(fault)}`, 2)
  return books
}
