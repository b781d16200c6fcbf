import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptRecord } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadedShop, startLoadedShop } from '../process/loaded-shop.ts'
import { readMetric } from '../support/metric.ts'
import { queueDepths } from '../support/queue-depths.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

/** LONG=1: as long as the fault matrix says. */
const isLong = process.env['LONG'] === '1'
const cutForMs = isLong ? 60_000 : 15_000
const blockedForMs = isLong ? 60_000 : 8000
/** Seconds; a connection that says nothing for 2 to 3 of them is given up. */
const orderHeartbeat = isLong ? 10 : 4

/** The way of each service to the broker, once there is one. */
const proxies = new Map<string, TcpProxy>()
let under: LoadedShop

beforeAll(async () => {
  under = await startLoadedShop({
    restartDelayMs: 200,
    env: { ORDER_CALLS: 'events', ORDER_MAX_UNPAID_PER_USER: '100000' },
    envOf: (service): Record<string, string> => {
      const url = proxies.get(service)?.via(under.shop.broker.url)
      return url ? { [`${service.toUpperCase()}_AMQP_URL`]: `${url}?heartbeat=${orderHeartbeat}` } : {}
    },
  })
  for (const service of ['order', 'product'] as const) {
    proxies.set(service, await startTcpProxy(Number(new URL(under.shop.broker.url).port)))
    const [replica] = under.replicasOf(service)
    replica!.kill()
    await eventually(() => {
      if (replica!.exits.length === 0) throw new Error(`${service} does not end`)
    })
  }
  await under.shop.whenReady()
  // None of them waits for the end of its order: during a fault everybody would soon wait, and nobody order.
  await under.begin({ clients: 24, rate: 5, journeys: ['happy', 'severalLines', 'soldOut', 'repeatedKey'] })
  await flows()
}, 240_000)
afterAll(async () => {
  await under?.stop()
  for (const proxy of proxies.values()) await proxy.stop()
}, 240_000)

const told = ({ op, outcome, status, reason }: AttemptRecord) => `${op} ${outcome} ${status} ${reason}`
const placings = (fromMs: number) => under.attemptsSince(fromMs).filter(({ op }) => op === 'place')
const metricOf = (service: 'order' | 'product', name: string, ...labels: string[]) =>
  readMetric(under.replicasOf(service)[0]!.adminUrl, name, ...labels)

const published = async (type: string) =>
  (await metricOf('order', 'toko_outbox_published_total', `type="${type}"`)) || 0 // none yet

/** Messages go to and fro again: an order is confirmed by the answers to two commands, and tells so. */
async function flows(timeoutMs = 45_000): Promise<void> {
  const before = await published('order_confirmed')
  await eventually(async () => expect(await published('order_confirmed')).toBeGreaterThan(before + 5), {
    timeoutMs,
    everyMs: 200,
  })
}

/** More than so many orders that were sent since then were taken, and all answered; their clients may not know yet how they ended. */
async function expectTaken(fromMs: number, least: number): Promise<void> {
  const ok = () => placings(fromMs).filter(({ outcome }) => outcome === 'ok').length
  await eventually(() => expect(ok()).toBeGreaterThan(least), { timeoutMs: 60_000, everyMs: 100 })
  const sent = placings(fromMs)
  const broken = sent.filter(({ status }) => status === null || (status >= 500 && status !== 503))
  expect(broken.map(told)).toEqual([])
  // "Not now": what a server may say that has no time left, on a machine that has none.
  expect(sent.filter(({ status }) => status === 503).length).toBeLessThan(1 + sent.length / 50)
}

/** By hand, as a person does with the broker's tools. */
async function byHand(use: (channel: Awaited<ReturnType<typeof openChannel>>['channel']) => Promise<unknown>) {
  const { connection, channel } = await openChannel()
  await use(channel)
  await connection.close()
}
async function openChannel() {
  const connection = await connect(under.shop.broker.url)
  return { connection, channel: await connection.createChannel() }
}

describe('a shop that lives by messages, under load', { timeout: 200_000 }, () => {
  it('22: takes orders while an alarm blocks the broker, and tells by the age of its outbox', async () => {
    const { broker } = under.shop
    await broker.control('set_vm_memory_high_watermark', '0')
    try {
      const fromMs = performance.now()
      await sleep(blockedForMs)
      await expectTaken(fromMs, 5)
      expect(await metricOf('order', 'toko_outbox_oldest_age_seconds')).toBeGreaterThan(blockedForMs / 2000)
    } finally {
      await broker.control('set_vm_memory_high_watermark', '0.4')
    }
    await flows()
  })

  it('23: loses its connections every 2 s, and goes on', async () => {
    const fromMs = performance.now()
    for (let round = 0; round < 5; round++) {
      for (const proxy of proxies.values()) proxy.reset()
      await sleep(2000)
    }
    await expectTaken(fromMs, 10)
    await flows()
  })

  it('38: takes orders while the order service is cut off from the broker, and ends them when it is not', async () => {
    const fromMs = performance.now()
    proxies.get('order')!.cut()
    try {
      await sleep(cutForMs)
      await expectTaken(fromMs, 10)
      // Nothing told it but the silence.
      expect(await metricOf('order', 'toko_bus_connected')).toBe(0)
    } finally {
      proxies.get('order')!.heal()
    }
    await flows()
  })

  it('25: loses a queue and a binding: publishes fail instead of vanishing, and both come back', async () => {
    const refused = () => metricOf('product', 'toko_outbox_publish_errors_total', 'type="stock_reserved"')
    const before = (await refused()) || 0
    const fromMs = performance.now()
    await byHand(async (channel) => {
      await channel.deleteQueue('evt-order-order_placed--product.reserve')
      await channel.unbindQueue('evt-product-stock_reserved--order.reserved', 'product.events', 'stock_reserved')
    })
    await eventually(async () => expect(await refused()).toBeGreaterThan(before), { everyMs: 100 })
    // Declared again every 30 s.
    await flows(60_000)
    await expectTaken(fromMs, 5)
  })

  it('21: loses the disk with every command on it: the sweepers send them again', async () => {
    const { broker } = under.shop
    const before = await published('order_placed')
    const fromMs = performance.now()
    // Commands that the broker confirmed and nobody has carried out.
    proxies.get('product')!.cut()
    try {
      await eventually(async () => expect(await published('order_placed')).toBeGreaterThan(before + 10), {
        timeoutMs: 60_000,
        everyMs: 100,
      })
      await broker.kill()
    } finally {
      proxies.get('product')!.heal()
    }
    await broker.restart({ wipe: true })
    await flows()
    await expectTaken(fromMs, 5)
  })

  it('has kept every promise in the end, and ended every order in time', async () => {
    const { faults, verdict, restMs } = await under.judged(60_000)
    const { finalMs, history } = verdict
    console.log(
      `${history.acknowledged} orders; final p99 ${finalMs.p99} ms, max ${finalMs.max} ms; rest ${Math.round(restMs)} ms`,
    )
    expect(faults).toEqual([])
    expect(restMs).toBeLessThan(60_000)
    expect(finalMs.count).toBeGreaterThan(50)
    // Row 21; the fault itself included.
    expect(finalMs.max).toBeLessThan(180_000)
    const parked = [...(await queueDepths(under.shop.broker)).keys()].filter((name) => name.endsWith('.dlq'))
    expect(parked).toEqual([])
  })
})
