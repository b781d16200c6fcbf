import { auditBooks, type Books, isAtRest } from '@toko/audit'
import { booksAtRest as whenAtRest, readBooks } from '@toko/cli'
import type { OneShop } from './one-shop.ts'

/** All books, once nothing is under way in them. Rejects when that takes longer than the protocol allows: 120 s. */
export async function booksAtRest({ connection }: Pick<OneShop, 'connection'>, limitMs = 120_000): Promise<Books> {
  const books = await whenAtRest(() => readBooks(connection), { limitMs, everyMs: 200 })
  if (!isAtRest(books)) throw new Error('the shop does not come to rest')
  return books
}

/** Broken invariants of books at rest: nothing in them is "just now" any more. */
export const violationsOf = (books: Books): string[] =>
  auditBooks({ ...books, readFromMs: Number.MAX_SAFE_INTEGER }, Date.now(), { settledAfterMs: 0 }).flatMap(
    ({ id, violations }) => violations.map((each) => `${id} ${each}`),
  )
