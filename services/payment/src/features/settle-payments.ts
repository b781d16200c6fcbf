import { settle } from '../domain/authorise.ts'
import { advance, type Books } from './advance.ts'

const batch = 50

/** Makes payments definitive whose time of processing is over. Any replica may do it, also two at once. */
export function makeSettlePayments(books: Books) {
  return async (stopping: AbortSignal): Promise<void> => {
    for (;;) {
      const keys = await books.store.due(books.clock.now(), batch)
      for (const key of keys) await advance(books, key, (existing) => settle(existing, new Date(books.clock.now())))
      if (keys.length < batch || stopping.aborted) return
    }
  }
}
