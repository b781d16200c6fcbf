import { auditBooks, type Books, isAtRest } from '@toko/audit'
import { readBooks } from '@toko/cli'
import { eventually } from '@toko/testkit'
import type { OneShop } from './one-shop.ts'

/** All books, once nothing is under way in them. Rejects when that takes longer than the protocol allows: 120 s. */
export const booksAtRest = ({ connection }: Pick<OneShop, 'connection'>, timeoutMs = 120_000): Promise<Books> =>
  eventually(
    async () => {
      const books = await readBooks(connection)
      if (!isAtRest(books)) throw new Error('the shop does not come to rest')
      return books
    },
    { timeoutMs, everyMs: 200 },
  )

/** Broken invariants of books at rest: nothing in them is "just now" any more. */
export const violationsOf = (books: Books): string[] =>
  auditBooks({ ...books, readFromMs: Number.MAX_SAFE_INTEGER }, Date.now(), { settledAfterMs: 0 }).flatMap(
    ({ id, violations }) => violations.map((each) => `${id} ${each}`),
  )
