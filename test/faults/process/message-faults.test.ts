import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { newId, orderEvents } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadedShop, startLoadedShop } from './loaded-shop.ts'
import type { ChaosCounts, MessageChaos } from './message-chaos.ts'

/** The part of amqplib that a hand at the broker needs. */
interface Amqp {
  connect(url: string): Promise<{
    createConfirmChannel(): Promise<{
      publish(exchange: string, key: string, content: Buffer, options: object): boolean
      waitForConfirms(): Promise<void>
    }>
    close(): Promise<void>
  }>
}
const amqp = createRequire(new URL('../../../packages/messaging/src/index.ts', import.meta.url))('amqplib') as Amqp

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

/** Parked messages of the queue of new orders. */
async function parked(): Promise<number> {
  const lines = (await under.shop.broker.control('list_queues', 'name', 'messages')).split('\n')
  return Number(lines.find((line) => line.startsWith(`${queue}.dlq\t`))?.split('\t')[1] ?? 0)
}

const headersOf = (change: object = {}) => ({
  cloudEvents_specversion: '1.0',
  cloudEvents_id: newId('evt'),
  cloudEvents_source: source,
  cloudEvents_type: type,
  cloudEvents_subject: newId('ord'),
  cloudEvents_time: new Date().toISOString(),
  ...change,
})

const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const deep = `${'['.repeat(200)}${']'.repeat(200)}`
const poison: readonly (readonly [name: string, body: Buffer, headers?: object])[] = [
  ['bad JSON', Buffer.from('{"orderId": ')],
  ['another type under a known key', json({}), { cloudEvents_type: 'order_dreamt' }],
  ['1 MB', json({ orderId: newId('ord'), note: 'x'.repeat(1_048_576) })],
  ['another version of the envelope', json({}), { cloudEvents_specversion: '9.9' }],
  ['a shape that the schema does not know', json({ v: 2, order: newId('ord') })],
  ['deep nesting', Buffer.from(`{"orderId":${deep}}`)],
  ['what a consumer falls over', json({ orderId: newId('ord'), request: { lines: null } })],
]

/** By hand, as a stranger would. */
async function publishByHand(rounds: number): Promise<void> {
  const connection = await amqp.connect(under.shop.broker.url)
  const channel = await connection.createConfirmChannel()
  for (let round = 0; round < rounds; round++)
    for (const [, body, change] of poison)
      channel.publish(`${source}.events`, type, body, {
        contentType: 'application/json',
        deliveryMode: 2,
        messageId: randomUUID(),
        headers: headersOf(change),
      })
  await channel.waitForConfirms()
  await connection.close()
}

describe('a shop that lives by messages alone', { timeout: 120_000 }, () => {
  it('29, 30: parks what no consumer can read, and other orders flow as fast meanwhile', async () => {
    const timed = async (rounds: number) => {
      await under.begin({ clients: 3, rate: 5, journeys: ['happy', 'severalLines'] })
      for (let n = 0; n < 6; n++) {
        if (rounds > 0) await publishByHand(rounds)
        await sleep(1000)
      }
      return under.judged(60_000)
    }
    const calm = await timed(0)
    const poisoned = await timed(2)
    expect([calm.faults, poisoned.faults]).toEqual([[], []])
    expect(poisoned.verdict.finalMs.count).toBeGreaterThan(10)
    expect(poisoned.verdict.finalMs.p99).toBeLessThan(calm.verdict.finalMs.p99 + 1000)
    await eventually(async () => expect(await parked()).toBe(6 * 2 * poison.length), {
      timeoutMs: 20_000,
      everyMs: 500,
    })
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
