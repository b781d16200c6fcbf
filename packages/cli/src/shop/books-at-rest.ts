import { setTimeout as sleep } from 'node:timers/promises'
import { type Books, isAtRest } from '@toko/audit'

export interface RestOptions {
  /** After so many ms the last reading is given, whatever moves in it. */
  readonly limitMs: number
  readonly everyMs: number
  /** What counts as rest. Default: nothing is under way in any book. */
  readonly isResting?: (books: Books) => boolean
  readonly onLook?: (books: Books) => void
}

/**
 * Reads the books until the shop is at rest, then once more: a reading goes from book to book, so the first that shows rest
 * may have read a payment before its capture and the order after it. A reading that fails is made again.
 * @throws the last error of `read` when none succeeded within the limit
 */
export async function booksAtRest(read: () => Promise<Books>, options: RestOptions): Promise<Books> {
  const { limitMs, everyMs, isResting = isAtRest, onLook } = options
  const untilMs = performance.now() + limitMs
  let [books, fault, wasResting]: [Books | undefined, unknown, boolean] = [undefined, undefined, false]
  for (;;) {
    const beganMs = performance.now()
    try {
      books = await read()
      onLook?.(books)
      const rests = isResting(books)
      if (rests && wasResting) return books
      wasResting = rests
    } catch (error) {
      fault = error
    }
    // Reading everything is work for the shop, which has orders to finish.
    const pauseMs = Math.max(everyMs, performance.now() - beganMs)
    if (performance.now() + pauseMs > untilMs) break
    await sleep(pauseMs)
  }
  if (!books) throw fault
  return books
}
