import { latestDueMs } from '@toko/contracts'
import { settle } from '../domain/authorise.ts'
import { advance, type Books } from './advance.ts'

const batch = 50

/**
 * Makes payments definitive whose time of processing is over. Any replica may do it, also two at once.
 * @param books `longestWaitMs`: no card processes for longer
 */
export function makeSettlePayments(books: Books & { readonly longestWaitMs: number }) {
  return async (stopping: AbortSignal): Promise<void> => {
    for (;;) {
      const nowMs = books.clock.now()
      const keys = await books.store.due(nowMs, batch, latestDueMs(nowMs, books.longestWaitMs))
      for (const key of keys) await advance(books, key, (existing) => settle(existing, new Date(books.clock.now())))
      if (keys.length < batch || stopping.aborted) return
    }
  }
}
