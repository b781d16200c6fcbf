import { Schema } from 'mongoose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newId, orderEvents } from '@toko/contracts'
import { eventually, quiet, testDatabase } from '@toko/testkit'
import { type Aggregate, collectionOf, newAggregate, type OutboxEntry, outboxRelay } from './index.ts'
import { takeOut } from './outbox-writes.ts'

const { log } = quiet('backlog')
const db = testDatabase('backlog')
let things: ReturnType<typeof collectionOf<Aggregate>>

beforeAll(async () => {
  await db.start?.()
  const schema = new Schema<Aggregate>({ _id: String })
  things = collectionOf(db.connection.model<Aggregate>('Thing', schema, 'things'))
  await things.createIndex({ outboxAt: 1 }, { sparse: true })
})
beforeEach(() => things.deleteMany({}))
afterAll(async () => {
  await db.connection.dropDatabase()
  await db.stop?.()
})

const events = (...versions: number[]) =>
  versions.map((version) => ({
    definition: orderEvents.reservationKept,
    subject: 'ord_1',
    version,
    data: { orderId: 'ord_1' },
  }))
/** Documents that were written while nobody published, two messages each. */
const backlog = (length: number) =>
  Array.from({ length }, () => newAggregate(newId('evt'), Date.now() - 60_000, events(1, 2)))
const relay = (publish: (entry: OutboxEntry) => Promise<void>) =>
  outboxRelay({
    service: 'test',
    collections: [things],
    publish,
    slowPathMs: 200,
    tickMs: 20,
    log,
    metrics: quiet('relay').metrics,
  })
const waiting = () => things.countDocuments({ outboxAt: { $exists: true } })

it('publishes a long backlog in batches, and repeats little of it for a second replica', async () => {
  const documents = backlog(3000)
  await things.insertMany(documents)
  const published: string[] = []
  const replicas = [1, 2].map(() => relay(async ({ id }) => void published.push(id)))
  const startedMs = performance.now()
  for (const each of replicas) await each.start?.()
  await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: 15_000, everyMs: 50 })
  const perSecond = documents.length / ((performance.now() - startedMs) / 1000)
  for (const each of replicas) await each.stop?.()
  expect(new Set(published)).toEqual(new Set(documents.flatMap(({ outbox }) => outbox.map(({ id }) => id))))
  expect(published.length).toBeLessThan(2 * documents.length * 1.2)
  expect(await things.countDocuments({ outbox: { $ne: [] } })).toBe(0)
  // 24,000 documents within a minute, order-protocol.md, row 20.
  expect(perSecond).toBeGreaterThan(400)
})

it('leaves what cannot be published, and what follows it in the same document, to later, and goes on with the others', async () => {
  const documents = backlog(300)
  const stuck = documents.slice(0, 20)
  const isStuck = new Set(stuck.map(({ outbox }) => outbox[0]!.id))
  await things.insertMany(documents)
  const published: string[] = []
  const own = relay(async ({ id }) => {
    if (isStuck.has(id)) throw new Error('nobody takes it')
    published.push(id)
  })
  await own.start?.()
  await eventually(async () => expect(await waiting()).toBe(stuck.length), { timeoutMs: 10_000 })
  expect(published).toHaveLength(2 * (documents.length - stuck.length))
  isStuck.clear()
  await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: 10_000 })
  await own.stop?.()
  for (const { outbox } of stuck) {
    const [first, second] = outbox.map(({ id }) => published.indexOf(id))
    expect(first).toBeGreaterThan(-1)
    expect(first).toBeLessThan(second!)
  }
})

it('keeps an entry that was added while the others were published, and the mark that has it found', async () => {
  const [read] = backlog(1)
  const [added] = newAggregate('other', Date.now(), events(3)).outbox
  const { _id, outbox } = read!
  await things.insertOne({ ...read!, outbox: [...outbox, added!] })
  const done = outbox.map(({ id }) => id)
  await takeOut(things, [{ _id, done, isDrained: true }])
  expect(await things.findOne({ _id })).toMatchObject({ outbox: [added], outboxAt: read!.outboxAt })
  await takeOut(things, [{ _id, done: [added!.id], isDrained: true }])
  const stored = await things.findOne({ _id })
  expect(stored?.outbox).toEqual([])
  expect(stored).not.toHaveProperty('outboxAt')
})
