import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { newId, orderEvents } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parkedReasons, poisonOf, publishPoison } from '../support/poison.ts'
import { type LoadedShop, startLoadedShop } from './loaded-shop.ts'
import type { ChaosCounts, MessageChaos } from './message-chaos.ts'

const { source, type } = orderEvents.placed
const queue = `evt-${source}-${type}--product.reserve`
let under: LoadedShop

beforeAll(async () => {
  under = await startLoadedShop({
    preloads: [fileURLToPath(new URL('message-chaos.ts', import.meta.url))],
    env: { ORDER_CALLS: 'events' },
  })
}, 240_000)
afterAll(async () => {
  await under.stop()
}, 240_000)

/** Sets it in both services that talk to each other; what it did there so far. */
async function chaos(wanted: MessageChaos | null): Promise<ChaosCounts[]> {
  const talkers = [...under.replicasOf('order'), ...under.replicasOf('product')]
  return Promise.all(talkers.map(async (replica) => (await replica.ask(wanted as object)) as ChaosCounts))
}

/** An order that nobody placed, which would hold stock if it were believed. */
const poison = poisonOf(orderEvents.placed, {
  orderId: newId('ord'),
  number: 'NOBODY-1',
  userId: newId('usr'),
  version: 1,
  status: 'pending',
  currency: 'IDR',
  totalMinor: 0,
  lines: [],
  request: { currency: 'IDR', lines: [{ sku: 'NO-SUCH-SKU', quantity: 1 }] },
})

describe('a shop that lives by messages alone', { timeout: 120_000 }, () => {
  it('29: parks what no consumer can read, and other orders flow as fast meanwhile', async () => {
    const timed = async (rounds: number) => {
      await under.begin({ clients: 3, rate: 5, journeys: ['happy', 'severalLines'] })
      for (let n = 0; n < 6; n++) {
        for (let round = 0; round < rounds; round++)
          await publishPoison(under.shop.broker.url, orderEvents.placed, poison)
        await sleep(1000)
      }
      return under.judged(60_000)
    }
    const calm = await timed(0)
    const poisoned = await timed(2)
    expect([calm.faults, poisoned.faults]).toEqual([[], []])
    expect(poisoned.verdict.finalMs.count).toBeGreaterThan(10)
    expect(poisoned.verdict.finalMs.p99).toBeLessThan(calm.verdict.finalMs.p99 + 1000)
    const expected = poison.flatMap(({ name, reason }) => Array.from({ length: 6 * 2 }, () => [name, reason]))
    await eventually(
      async () => expect((await parkedReasons(under.shop.broker.url, queue)).toSorted()).toEqual(expected.toSorted()),
      { timeoutMs: 20_000, everyMs: 500 },
    )
  })

  it('26, 27, 28: each message three times, late and in any order, every fifth lost: all orders end within 60 s', async () => {
    await chaos({ copies: 3, maxDelayMs: 2000, dropEvery: 5 })
    await under.begin({ clients: 6, rate: 5 })
    await sleep(8000)
    const { faults, verdict, restMs } = await under.judged(60_000)
    const counts = await chaos(null)
    for (const { published, copies, dropped } of counts) {
      expect(dropped).toBe(Math.floor(published / 5))
      expect(dropped).toBeGreaterThan(5)
      expect(copies).toBeGreaterThan(2 * published)
    }
    expect(faults).toEqual([])
    expect(restMs).toBeLessThan(60_000)
    expect(verdict.finalMs.count).toBeGreaterThan(5)
    expect(verdict.finalMs.max).toBeLessThan(60_000)
  })
})
