import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@toko/contracts'
import { type Database, database } from '@toko/database'
import { createRabbitBus, type Message, type OwnedBus, type PrivateBroker, startPrivateBroker } from '@toko/messaging'
import { eventually, quiet } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { random } from '../../kill/random.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { queueDepths } from '../support/queue-depths.ts'
import { type ReplicaSet, startReplicaSet } from '../support/replica-set.ts'
import { workFolder } from '../support/work-folder.ts'
import { type ConsumerProcess, killConsumers, startConsumer } from './consumer-process.ts'
import { type FollowedOrder, followed, type SeenEvent } from './followed.ts'

const kills = 20
const [orders, versions] = [500, 20]
const ordersAtATime = 10

const folder = workFolder('consumer')
let broker: PrivateBroker
let mongo: ReplicaSet
let db: Database
/** Publishes; its subscription only declares the queue. */
let bus: OwnedBus
let queue: string

beforeAll(async () => {
  const binary = await mongodBinary()
  broker = await startPrivateBroker({ folder: `${folder}/broker`, env: process.env })
  mongo = await startReplicaSet({ binary, folder: `${folder}/mongod`, count: 1 })
  db = database({ service: 'test', url: mongo.url, name: 'follower', operationTimeoutMs: 5000, ...quiet() })
  await db.start?.()
  bus = createRabbitBus({ url: broker.url, service: 'test', ...quiet() })
  const subscription = bus.subscribe(followed, async () => {})
  ;({ queue } = subscription)
  await bus.start?.()
  await subscription.unsubscribe()
}, 180_000)
beforeEach(async () => {
  for (const notes of [orderNotes(), eventNotes()]) await notes.deleteMany({})
})
afterEach(killConsumers)
afterAll(async () => {
  await bus?.stop?.()
  await db?.stop?.()
  await mongo?.stop()
  await broker?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const orderNotes = () => db.connection.db!.collection<FollowedOrder>('orders')
const eventNotes = () => db.connection.db!.collection<SeenEvent>('events')
const consumer = (life: number, more: { prefetch: number; killAfter?: number }) =>
  startConsumer({ amqpUrl: broker.url, mongoUrl: mongo.url, life, ...more })

const event = (subject: string, version: number, data: object = {}): Message => ({
  id: newId('evt'),
  source: followed.source,
  type: followed.type,
  subject,
  version,
  time: new Date().toISOString(),
  data,
})

/** Each version after the one before, as outboxes do; some orders at a time. */
async function publishAll(): Promise<void> {
  for (let first = 0; first < orders; first += ordersAtATime)
    for (let version = 1; version <= versions; version++) {
      const some = Array.from({ length: ordersAtATime }, (_, n) => event(`ord-${first + n}`, version))
      await Promise.all(some.map((message) => bus.publish(message)))
    }
}

/** How often somebody would have gone back to an older version who takes every delivery as it comes. */
function stepsBack(seen: readonly SeenEvent[]): number {
  const deliveries = seen
    .flatMap((each) => each.deliveries.map((at) => ({ ...each, ...at })))
    .toSorted((a, b) => a.life - b.life || a.n - b.n)
  const last = new Map<string, number>()
  let back = 0
  for (const { order, version } of deliveries) {
    if (version < (last.get(order) ?? 0)) back++
    last.set(order, version)
  }
  return back
}

/** Nothing waits, is under way or parked. */
const isEmpty = () =>
  eventually(async () => expect([...(await queueDepths(broker))]).toEqual([]), { timeoutMs: 20_000, everyMs: 500 })

describe('a consumer of events in a process of its own', () => {
  it(
    `gets each of ${orders * versions} events although it is killed ${kills} times, and goes back in none of ${orders} orders`,
    { timeout: 240_000 },
    async () => {
      const startedMs = performance.now()
      const draws = random(20)
      const publishing = publishAll()
      for (let life = 1; life <= kills; life++) {
        const killAfter = Math.round(draws.between(1, 400))
        expect(await consumer(life, { prefetch: 50, killAfter }).ended).toBe('SIGKILL')
      }
      const last = consumer(kills + 1, { prefetch: 50 })
      await publishing
      const isAll = async () => expect(await eventNotes().countDocuments()).toBe(orders * versions)
      await eventually(isAll, { timeoutMs: 120_000, everyMs: 250 })
      const tookMs = performance.now() - startedMs
      last.kill('SIGTERM')
      expect(await last.ended).toBe(0)
      await isEmpty()

      const seen = await eventNotes().find().toArray()
      const states = await orderNotes().find().toArray()
      const deliveries = seen.reduce((sum, each) => sum + each.deliveries.length, 0)
      const back = stepsBack(seen)
      console.log(
        `${seen.length} events in ${(tookMs / 1000).toFixed(1)} s, ${kills} kills, ${deliveries} deliveries, ${back} of them behind a later version`,
      )
      // The kills bit: without the version check it would have gone back.
      expect(deliveries).toBeGreaterThan(orders * versions)
      expect(back).toBeGreaterThan(0)
      expect(states).toHaveLength(orders)
      for (const { version, taken } of states) {
        expect(version).toBe(versions)
        expect(taken).toEqual([...new Set(taken)].toSorted((a, b) => a - b))
      }
      // 32 s on two idle cores; slow ones took 68 s.
      expect(tookMs).toBeLessThan(150_000)
    },
  )

  it('30: one event that kills it is parked, and none of those that it took along', { timeout: 120_000 }, async () => {
    const others = (name: string) => Array.from({ length: 15 }, (_, n) => event(`ord-${name}-${n}`, 1))
    const deadly = event('ord-deadly', 1, { isDeadly: true })
    const harmless = [...others('before'), ...others('after')]
    for (const message of [...harmless.slice(0, 15), deadly, ...harmless.slice(15)]) await bus.publish(message)

    let current: ConsumerProcess | undefined
    let deaths = 0
    const over = new AbortController()
    const supervised = (async () => {
      while (!over.signal.aborted && deaths < 30) {
        current = consumer(deaths + 1, { prefetch: 10 })
        if ((await current.ended) === 'SIGKILL') deaths++
        await sleep(10)
      }
    })()
    try {
      await eventually(
        async () => {
          expect((await eventNotes().distinct('_id')).toSorted()).toEqual(harmless.map(({ id }) => id).toSorted())
          expect(await bus.deadLetters().list(queue)).toMatchObject([{ id: deadly.id, reason: 'crashing' }])
        },
        { timeoutMs: 90_000, everyMs: 500 },
      )
    } finally {
      over.abort()
      current?.kill('SIGTERM')
      await supervised
    }
    console.log(`parked after ${deaths} deaths of its consumer`)
    expect(deaths).toBeGreaterThan(1)
    expect(await bus.deadLetters().drop(deadly.id, queue)).toBe(1)
    await isEmpty()
  })
})
