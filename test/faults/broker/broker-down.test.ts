import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LoadedShop, startLoadedShop } from '../process/loaded-shop.ts'
import { readMetric } from '../support/metric.ts'
import { queueDepths } from '../support/queue-depths.ts'

/** LONG=1: as long as the fault matrix says. */
const isLong = process.env['LONG'] === '1'
const downForMs = isLong ? 600_000 : 30_000
const ordersPerSecond = 20
/** How much of that must have come: slow cores place half of it, and less than this is no load. */
const leastShare = isLong ? 0.8 : 0.3
/** order-protocol.md, row 20. */
const drainedWithinMs = 60_000

let under: LoadedShop

beforeAll(async () => {
  under = await startLoadedShop({
    env: { ORDER_MAX_UNPAID_PER_USER: '100000', ORDER_MONGO_TIMEOUT_MS: '5000', PRODUCT_MONGO_TIMEOUT_MS: '5000' },
  })
}, 240_000)
afterAll(async () => {
  await under?.stop()
}, 240_000)

/** Documents with messages that nobody has yet, of all services that publish. */
async function waiting(): Promise<number> {
  const publishers = under.shop.replicas.filter(({ service }) => service !== 'payment')
  const counts = await Promise.all(publishers.map(({ adminUrl }) => readMetric(adminUrl, 'toko_outbox_pending')))
  return counts.reduce((sum, count) => sum + count, 0)
}

it(
  '20: a broker that is away for long costs no order, and everything it missed is told within 60 s of its return',
  { timeout: downForMs + 300_000 },
  async () => {
    const { broker } = under.shop
    await under.begin({ clients: 24, rate: ordersPerSecond, journeys: ['happy', 'severalLines'] })
    const placedSince = (fromMs: number) => under.attemptsSince(fromMs).filter(({ op }) => op === 'place')
    await eventually(() => expect(placedSince(0).length).toBeGreaterThan(20), { timeoutMs: 60_000 })

    await broker.flush()
    await broker.kill()
    const fromMs = performance.now()
    await sleep(downForMs)
    const backlog = await waiting()
    await broker.restart()
    const returnedMs = performance.now()
    const placed = placedSince(fromMs)
    await under.end()
    await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: drainedWithinMs, everyMs: 200 })
    const drainedMs = performance.now() - returnedMs

    const seconds = (ms: number) => (ms / 1000).toFixed(1)
    console.log(
      `${placed.length} orders in ${seconds(returnedMs - fromMs)} s without a broker; ` +
        `${backlog} documents with messages before its return, none ${seconds(drainedMs)} s after it`,
    )
    const refused = placed.filter(({ status }) => status !== 201 && status !== 202)
    expect(refused.map(({ status, reason }) => `${status} ${reason}`)).toEqual([])
    expect(placed.length).toBeGreaterThan((leastShare * ordersPerSecond * downForMs) / 1000)
    expect(backlog).toBeGreaterThan(placed.length / 2)
    expect(drainedMs).toBeLessThan(drainedWithinMs)
    expect((await under.judged(120_000)).faults).toEqual([])
    // Heard, too, and none of it parked.
    await eventually(async () => expect([...(await queueDepths(broker)).keys()]).toEqual([]), {
      timeoutMs: 60_000,
      everyMs: 1000,
    })
  },
)
