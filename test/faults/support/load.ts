import { join } from 'node:path'
import { type AttemptRecord, judge, type JourneyName, type Load, openHistory, startLoad, type Verdict } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { booksAtRest } from './at-rest.ts'
import type { OneShop } from './one-shop.ts'

/** Orders without end, and every answer to them. */
export interface ShopLoad {
  /** Attempts that were answered, or given up, since then (monotonic ms). */
  attempts(sinceMs?: number): readonly AttemptRecord[]
  /** Resolves when so many orders that were sent after this moment are acknowledged. */
  untilAcknowledged(count: number, timeoutMs?: number): Promise<void>
  /** Acknowledged orders so far. */
  acknowledged(): readonly string[]
  /** No more orders; the verdict once the shop is at rest. */
  finish(): Promise<Verdict>
}

const journeys: readonly JourneyName[] = ['happy', 'severalLines', 'repeatedKey', 'otherCard', 'cancelConfirmed']

export async function startShopLoad(
  shop: Pick<OneShop, 'connection' | 'folder'>,
  { seed = 4, clients = 4, rate = 10 } = {},
): Promise<ShopLoad> {
  const history = await openHistory(join(shop.folder, 'history.jsonl'))
  const load: Load = await startLoad({ shop: shop.connection, seed, clients, rate, journeys, history })
  const attempts = (sinceMs = 0) =>
    history.records.filter((record): record is AttemptRecord => record.type === 'attempt' && record.t1 >= sinceMs)
  return {
    attempts,
    async untilAcknowledged(count, timeoutMs = 60_000) {
      const fromMs = performance.now()
      await eventually(
        () => {
          const made = attempts(fromMs).filter(
            ({ op, outcome, t0 }) => op === 'place' && outcome === 'ok' && t0 >= fromMs,
          )
          if (made.length < count) throw new Error(`${made.length} of ${count} orders acknowledged in ${timeoutMs} ms`)
        },
        { timeoutMs, everyMs: 50 },
      )
    },
    acknowledged: () => [
      ...new Set(
        attempts().flatMap(({ op, outcome, orderId }) =>
          op === 'place' && outcome === 'ok' && orderId ? [orderId] : [],
        ),
      ),
    ],
    async finish() {
      await load.stop()
      const verdict = judge(history.records, await booksAtRest(shop))
      await history.close()
      return verdict
    },
  }
}
