import type { Books } from '@toko/audit'
import { explain, Failure } from '../../io/failure.ts'
import { booksAtRest } from '../../shop/books-at-rest.ts'
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
  try {
    return await booksAtRest(() => readBooks(shop), {
      limitMs: deadlineMs,
      everyMs: 500,
      isResting(books) {
        const left = stuckOrders(booksOfRun(history, books)).length
        if (left > 0) onLook(left)
        return left === 0
      },
    })
  } catch (error) {
    throw new Failure(`the books can't be read: ${explain(error)}`, 2)
  }
}
