import type { ChangePoint, OrderAuditStore } from '../store/order-audit-store.ts'
import { booksAfter, type BookSources } from './reconciliation-books.ts'

export interface Clock {
  now(): number
}
type Look = (ids: readonly string[]) => Promise<void>

interface Stretch {
  readonly batch: number
  readonly look: Look
}
interface LongStretch {
  readonly look: Look
  readonly mayGoOn: () => boolean
}

/** Every order once it is final and quiet, in order of last writes. A place is left only after it was looked at. */
export function finalsWalk(orders: OrderAuditStore, fromMs: number) {
  let point: ChangePoint = { atMs: fromMs, id: '' }
  return {
    async run({ beforeMs, batch, look, mayGoOn }: Stretch & LongStretch & { readonly beforeMs: number }) {
      for (;;) {
        const found = await orders.finalSince(point, beforeMs, batch)
        const last = found.at(-1)
        if (!last) return
        await look(found.map(({ _id }) => _id))
        point = { atMs: last.updatedAt.getTime(), id: last._id }
        if (found.length < batch || !mayGoOn()) return
      }
    },
  }
}

/** Orders that are not final though they are old enough, one batch a run: among them are the stuck ones (I8). */
export function openWalk(orders: OrderAuditStore) {
  let after = ''
  return {
    async run({ beforeMs, batch, look }: Stretch & { readonly beforeMs: number }) {
      const ids = await orders.openAfter(after, beforeMs, batch)
      await look(ids)
      after = ids.length < batch ? '' : ids.at(-1)!
    },
  }
}

/** Everything that any of the books knows, slowly, round and round. `share` is the part of it that one run looks at. */
export function cyclicWalk(sources: BookSources) {
  let after = ''
  let endedMs: number | undefined
  return {
    endedMs: () => endedMs,
    async run(stretch: Stretch & LongStretch & { readonly share: number; readonly nowMs: number }) {
      const { share, batch, look, mayGoOn, nowMs } = stretch
      let left = Math.max(batch, Math.ceil((await sources.orders.count()) * share))
      while (left > 0) {
        const { ids, last } = await booksAfter(sources, after, batch)
        await look(ids)
        after = last ?? ''
        left -= batch
        if (last === undefined) endedMs = nowMs
        if (last === undefined || !mayGoOn()) return
      }
    },
  }
}

const skusPerPage = 20

/** Every SKU, likewise. How many there are is known after the first round; until then a run takes a page. */
export function stockWalk({ neighbours }: BookSources) {
  let after: string | undefined
  let endedMs: number | undefined
  let seen = 0
  let all = 0
  return {
    endedMs: () => endedMs,
    async run({ share, look, mayGoOn, nowMs }: LongStretch & { readonly share: number; readonly nowMs: number }) {
      let left = Math.max(skusPerPage, Math.ceil(all * share))
      while (left > 0) {
        const skus = (await neighbours.stock({ after, limit: skusPerPage })).map(({ sku }) => sku)
        await look(skus)
        seen += skus.length
        left -= skusPerPage
        const isEnd = skus.length < skusPerPage
        after = isEnd ? undefined : skus.at(-1)
        if (isEnd) [endedMs, all, seen] = [nowMs, seen, 0]
        if (isEnd || !mayGoOn()) return
      }
    },
  }
}
