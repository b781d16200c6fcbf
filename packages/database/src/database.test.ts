import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Schema } from 'mongoose'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { errors, newId, orderEvents } from '@toko/contracts'
import { UserFaultError } from '@toko/runtime'
import { eventually, quiet, standInDns } from '@toko/testkit'
import { lockingMongod } from './embedded/mongod-record.ts'
import {
  type Aggregate,
  buildIndexes,
  collectionOf,
  compareAndSet,
  database,
  embeddedMongod,
  isUnavailable,
  newAggregate,
  outboxRelay,
  translateDatabaseError,
} from './index.ts'

const { log, metrics } = quiet('database')
const folder = mkdtempSync(join(tmpdir(), 'toko-database-'))
const mongod = embeddedMongod({ binary: inject('mongodBinary')!, dataDir: folder, port: 0, log })
let db: ReturnType<typeof database>
let things: ReturnType<typeof collectionOf<Aggregate & { name: string }>>

beforeAll(async () => {
  await mongod.start?.()
  db = database({ service: 'test', url: mongod.url(), name: 'test', log, metrics })
  await db.start?.()
  const schema = new Schema<Aggregate & { name: string }>({ _id: String, name: String })
  schema.index({ name: 1 }, { unique: true, name: 'one_per_name' })
  const model = db.connection.model<Aggregate & { name: string }>('Thing', schema, 'things')
  await buildIndexes([{ model }])
  await buildIndexes([{ model }])
  things = collectionOf(model)
})
afterAll(async () => {
  await db.stop?.()
  await mongod.stop?.()
  rmSync(folder, { recursive: true, force: true })
})

const thing = (name: string) => ({ ...newAggregate(newId('evt'), Date.now()), name })
const pidOfMongod = () => lockingMongod(join(realpathSync(folder), 'db'))!.pid
const timed = async (work: () => Promise<unknown>) => {
  const startedMs = performance.now()
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, ms: performance.now() - startedMs }
}

describe('pool', () => {
  it('holds half of its connections before anybody asks, so that a service that starts under load has them', async () => {
    const pipeline = [{ $currentOp: { allUsers: true, idleConnections: true } }, { $match: { appName: 'toko-test' } }]
    const admin = db.connection.getClient().db('admin')
    const ofPool = async () => (await admin.aggregate(pipeline, { readConcern: 'local' }).toArray()).length
    await eventually(async () => expect(await ofPool()).toBeGreaterThanOrEqual(10))
  })
})

describe('compare and set', () => {
  it('lets one of 30 parallel writers with one precondition win', async () => {
    const document = thing('race')
    await things.insertOne(document)
    const results = await Promise.all(
      Array.from({ length: 30 }, () =>
        compareAndSet(things, { _id: document._id, rev: 1 }, { set: { name: 'won' } }, { nowMs: 5 }),
      ),
    )
    expect(results.filter((result) => result !== null)).toMatchObject([{ rev: 2, name: 'won', updatedAt: new Date(5) }])
  })
})

describe('outbox relay', () => {
  const event = { definition: orderEvents.reservationKept, subject: 'ord_1', version: 3, data: { orderId: 'ord_1' } }

  it('publishes in order, empties the outbox, and repeats what failed', async () => {
    const published: string[] = []
    let failures = 2
    const relay = outboxRelay({
      service: 'test',
      collections: [things],
      publish: async ({ version }) => {
        if (version === 2 && failures-- > 0) throw new Error('broker away')
        published.push(`v${version}`)
      },
      slowPathMs: 50,
      tickMs: 20,
      log,
      metrics: quiet('relay').metrics,
    })
    await relay.start?.()
    const events = [1, 2, 3].map((version) => ({ ...event, version }))
    const document = { ...newAggregate(newId('evt'), Date.now(), events), name: 'relay' }
    await things.insertOne(document)
    relay.nudge(things, document)
    relay.nudge(things, document) // read before the first drain: its messages must not go out twice
    await eventually(async () => {
      const stored = await things.findOne({ _id: document._id })
      expect(stored?.outbox).toEqual([])
      expect(stored).not.toHaveProperty('outboxAt')
    })
    await relay.stop?.()
    expect(published).toEqual(['v1', 'v2', 'v3'])
  })

  it('finds what a crash between commit and publish left behind', async () => {
    const document = { ...newAggregate(newId('evt'), Date.now() - 10_000, [event]), name: 'crashed' }
    await things.insertOne(document)
    const published: string[] = []
    const relay = outboxRelay({
      service: 'test',
      collections: [things],
      publish: async ({ id }) => void published.push(id),
      tickMs: 20,
      log,
      metrics: quiet('relay').metrics,
    })
    await relay.start?.()
    await eventually(() => expect(published).toEqual([document.outbox[0]!.id]))
    await relay.stop?.()
  })

  it('finds what was marked by a clock that was an hour ahead and no longer is, and not what is merely young', async () => {
    const ahead = { ...newAggregate(newId('evt'), Date.now() + 3_600_000, [event]), name: 'ahead' }
    const young = { ...newAggregate(newId('evt'), Date.now() + 30_000, [event]), name: 'young' }
    await things.insertMany([ahead, young])
    const published: string[] = []
    const relay = outboxRelay({
      service: 'test',
      collections: [things],
      publish: async ({ id }) => void published.push(id),
      tickMs: 20,
      log,
      metrics: quiet('relay').metrics,
    })
    await relay.start?.()
    await eventually(async () => expect(await things.findOne({ _id: ahead._id })).not.toHaveProperty('outboxAt'))
    await relay.stop?.()
    expect(published).toEqual([ahead.outbox[0]!.id])
    await things.deleteOne({ _id: young._id })
  })

  it('tells the age of the oldest message, also when a younger one was tried longer ago', async () => {
    const { metrics: registry } = quiet('relay')
    outboxRelay({ service: 'test', collections: [things], publish: async () => {}, log, metrics: registry })
    const nowMs = Date.now()
    const old = { ...newAggregate(newId('evt'), nowMs - 600_000, [event]), name: 'old', outboxAt: new Date(nowMs) }
    const younger = { ...newAggregate(newId('evt'), nowMs - 5000, [event]), name: 'younger' }
    await things.insertMany([old, younger])
    const text = await registry.render()
    expect(Number(/^toko_outbox_oldest_age_seconds\{.*\} (.*)$/m.exec(text)?.[1])).toBeGreaterThan(599)
    await things.deleteMany({ _id: { $in: [old._id, younger._id] } })
  })

  it('lets go of a document whose outbox a crash left empty but marked', async () => {
    const document = { ...newAggregate(newId('evt'), Date.now() - 10_000, [event]), name: 'half drained', outbox: [] }
    await things.insertOne(document)
    const relay = outboxRelay({
      service: 'test',
      collections: [things],
      publish: async () => {},
      slowPathMs: 50,
      tickMs: 20,
      log,
      metrics: quiet('relay').metrics,
    })
    await relay.start?.()
    await eventually(async () => expect(await things.findOne({ _id: document._id })).not.toHaveProperty('outboxAt'))
    await relay.stop?.()
  })
})

describe('a database that is away', () => {
  it('lets the indexes of a service be built once it is back', async () => {
    const schema = new Schema({ name: String })
    for (let n = 0; n < 40; n++) schema.index({ [`field${n}`]: 1 })
    const model = db.connection.model('Interrupted', schema, 'interrupted')
    const building = buildIndexes([{ model }])
    const collection = db.connection.collection('interrupted')
    await eventually(async () => expect(await collection.indexes()).toHaveProperty('length', expect.any(Number)))
    process.kill(pidOfMongod(), 'SIGKILL')
    await building
    expect(await eventually(() => collection.indexes(), { timeoutMs: 15_000 })).toHaveLength(41)
  })

  it('fails within 1.2 s when it is killed, and works again without a restart of ours', async () => {
    process.kill(pidOfMongod(), 'SIGKILL')
    await eventually(async () => {
      const { error, ms } = await timed(() => things.insertOne(thing('while-down')))
      expect(error).toBeDefined()
      expect(isUnavailable(error), String(error)).toBe(true)
      expect(translateDatabaseError(error)).toMatchObject({ code: errors.dependencyUnavailable.code })
      expect(ms).toBeLessThan(1200)
    })
    await eventually(() => things.insertOne(thing('after')), { timeoutMs: 15_000 })
    await eventually(() => db.ready?.())
  })

  it('fails within two limits when it hangs, is not ready, and works again once it goes on', async () => {
    const pid = pidOfMongod()
    process.kill(pid, 'SIGSTOP')
    try {
      const { error, ms } = await timed(() => things.insertOne(thing('hung')))
      expect(isUnavailable(error), String(error)).toBe(true)
      expect(ms).toBeLessThan(2300)
      await expect(db.ready?.()).rejects.toThrow('not reachable')
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await eventually(() => things.insertOne(thing('after-hang')), { timeoutMs: 15_000 })
  })
})

describe('DNS that gives no answer', () => {
  const named = () => {
    const url = mongod.url().replace('127.0.0.1', 'mongo.test').replace('replicaSet=toko', 'directConnection=true')
    return database({ service: 'test', url, name: 'test', log, metrics: quiet('named').metrics })
  }

  it('does not keep the pool from growing', async () => {
    using names = standInDns()
    const away = named()
    await away.start?.()
    const { topologyVersion } = await away.connection.db!.command({ hello: 1 }, { promoteLongs: false })
    names.goSilent()
    const before = names.asked()
    // Nothing changes in the server, so each keeps its connection for 200 ms.
    const hold = () => away.connection.db!.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 200 })
    const { error, ms } = await timed(() => Promise.all(Array.from({ length: 20 }, hold))) // all that the pool may have
    expect(error).toBeUndefined()
    expect(ms).toBeLessThan(800)
    expect(names.asked() - before).toBe(1)
    await away.stop?.()
  })

  it('does not keep the driver from finding a server that comes back', async () => {
    using names = standInDns()
    const away = named()
    await away.start?.()
    names.goSilent()
    process.kill(pidOfMongod(), 'SIGKILL')
    await eventually(() => expect(away.ready?.()).rejects.toThrow('not reachable'))
    await eventually(() => away.ready?.(), { timeoutMs: 15_000 })
    await away.stop?.()
  })
})

it('refuses a unique index over documents that repeat a value, naming both', async () => {
  const loose = db.connection.collection('loose')
  await loose.insertMany([{ name: 'a' }, { name: 'a' }])
  const schema = new Schema({ name: String })
  schema.index({ name: 1 }, { unique: true, name: 'one_name' })
  const model = db.connection.model('Loose', schema, 'loose')
  const message = "loose: index one_name can't be unique, existing documents repeat a value"
  await expect(buildIndexes([{ model }])).rejects.toThrow(new UserFaultError(message))
  await expect(buildIndexes([{ model }])).rejects.toBeInstanceOf(UserFaultError)
})
