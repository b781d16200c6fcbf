import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { mongo } from 'mongoose'
import { testMongoUrl } from '@toko/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CollectionRules, draftPrefix, markerName, readRules } from './collection-rules.ts'
import { type OpenDatabase, openDatabase } from './open-database.ts'
import { readSnapshot, SnapshotLostError } from './read-snapshot.ts'
import { readPresent, restoreDatabase } from './restore-database.ts'

const { BSON, Double, Int32, Long, Decimal128, ObjectId } = mongo
const nobody = { loaded: () => {} }
const backup = 'sha'

let opened: OpenDatabase
let db: mongo.Db
beforeAll(async () => {
  opened = await openDatabase(testMongoUrl(), `backup_${randomUUID().slice(0, 8)}`)
  db = opened.db
})
afterAll(() => opened.close())
beforeEach(() => db.dropDatabase())

const allOf = (documents: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> => Readable.from(documents).toArray()

/** All of a database in memory. */
async function taken() {
  return readSnapshot(opened, async ({ collections, documents }) => {
    const held = new Map<string, Uint8Array[]>()
    for (const { name } of collections) held.set(name, await allOf(documents(name)))
    return { collections, held }
  })
}

type Taken = Awaited<ReturnType<typeof taken>>
async function* from(documents: readonly Uint8Array[]) {
  yield* documents
}
const source = ({ collections, held }: Taken, id = backup) => ({
  backup: id,
  collections,
  documents: (name: string) => from(held.get(name)!),
})
const hexOf = ({ held }: Taken) =>
  [...held].map(([name, all]) => [name, all.map((each) => Buffer.from(each).toString('hex'))])

async function fill() {
  await db.createCollection('orders', { validator: { total: { $gte: 0 } }, validationLevel: 'moderate' })
  await db.collection('orders').createIndexes([
    { key: { userId: 1, idemKey: 1 }, name: 'key', unique: true },
    { key: { dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $gt: new Date(0) } } },
    { key: { at: 1 }, name: 'old', expireAfterSeconds: 3600 },
    { key: { title: 'text', body: 'text' }, name: 'words', weights: { title: 3 } },
  ])
  await db
    .collection<{ _id: number }>('orders')
    .insertMany(
      Array.from({ length: 2500 }, (_, n) => ({ _id: n, userId: 'u', idemKey: String(n), total: n, title: 't' })),
    )
  await db.collection('carts').insertOne({ n: 1 })
  await db.createCollection('empty')
}

describe('a snapshot', () => {
  it('is one point in time over all collections, whatever is written while it is read', async () => {
    await db.collection<{ _id: number; n: number }>('a').insertOne({ _id: 1, n: 1 })
    await db.collection<{ _id: number; n: number }>('b').insertOne({ _id: 1, n: 1 })
    const seen = await readSnapshot(opened, async ({ documents }) => {
      const a = await allOf(documents('a'))
      await db.collection<{ _id: number }>('b').updateOne({ _id: 1 }, { $set: { n: 2 } })
      await db.collection<{ _id: number }>('b').insertOne({ _id: 2 })
      return [...a, ...(await allOf(documents('b')))].map((each) => BSON.deserialize(each))
    })
    expect(seen).toEqual([
      { _id: 1, n: 1 },
      { _id: 1, n: 1 },
    ])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['is made', () => db.createCollection('new')],
    ['gets an index', () => db.collection('a').createIndex({ n: 1 })],
    ['gets a validator', () => db.command({ collMod: 'a', validator: { n: { $gte: 0 } } })],
    ['is dropped', () => db.dropCollection('b')],
  ])('is lost when a collection %s meanwhile', async (_, change) => {
    await db.collection('a').insertOne({ n: 1 })
    await db.createCollection('b')
    const reading = readSnapshot(opened, async ({ documents }) => {
      await allOf(documents('a'))
      await change()
      return allOf(documents('a'))
    })
    await expect(reading).rejects.toThrow(SnapshotLostError)
  })

  it('refuses a view, whose documents are not its own', async () => {
    await db.createCollection('a')
    await db.createCollection('seen', { viewOn: 'a', pipeline: [] })
    await expect(taken()).rejects.toThrow('seen is a view, which no backup can hold')
  })
})

describe('a restored database', () => {
  it('has the same documents bit by bit, options, validators and indexes', async () => {
    await fill()
    const before = await taken()
    await db.dropDatabase()
    const loaded: [string, number][] = []
    await restoreDatabase(db, source(before), { loaded: (...each) => void loaded.push(each) })
    expect(loaded).toEqual([
      ['carts', 1],
      ['empty', 0],
      ['orders', 2500],
    ])
    const after = await taken()
    expect(hexOf(after)).toEqual(hexOf(before))
    // The server notes which of its defaults hold.
    const noted = before.collections.map((each) =>
      each.options['validator'] ? { ...each, options: { ...each.options, validationAction: 'error' } } : each,
    )
    expect(after.collections).toEqual(noted)
    await expect(db.collection('orders').insertOne({ total: -1 })).rejects.toThrow('Document failed validation')
  })

  it('keeps the type of every value', async () => {
    const values = {
      int: new Int32(1),
      double: new Double(1),
      long: new Long(1),
      nan: new Double(NaN),
      minusZero: new Double(-0),
      big: Long.MAX_VALUE,
      decimal: Decimal128.fromString('1.10'),
      id: new ObjectId(),
      date: new Date(1),
      longAgo: new Date(-1e15),
      pattern: new mongo.BSONRegExp('^a', 'i'),
      bytes: new mongo.Binary(Buffer.from([1, 2]), 0),
      uuid: new mongo.UUID(),
      stamp: new mongo.Timestamp({ t: 1, i: 2 }),
      nothing: null,
      // Extended JSON would take it for a number.
      told: { $numberInt: '7' },
      deep: [{ a: [new Double(2), 'x'] }],
      least: new mongo.MinKey(),
    }
    await db.collection('values').insertOne(values)
    const before = await taken()
    await db.dropDatabase()
    await restoreDatabase(db, source(before), nobody)
    expect(hexOf(await taken())).toEqual(hexOf(before))
  })

  it('loses what the backup does not know', async () => {
    await db.collection('kept').insertOne({})
    const before = await taken()
    await db.collection('kept').insertOne({})
    await db.collection('newer').insertOne({})
    await restoreDatabase(db, source(before), nobody)
    expect(await readPresent(db)).toEqual({ collections: [{ name: 'kept', documents: 1 }], underway: undefined })
  })
})

/** The n-th change and all after it fail, as those of a process that is gone. */
function failingFrom(n: number): { db: mongo.Db; changes: () => number } {
  let changes = 0
  const changing = new Set('createCollection dropCollection renameCollection insertMany replaceOne'.split(' '))
  const changesBy = (method: string, [first]: unknown[]) =>
    changing.has(method) || (method === 'command' && /collMod|createIndexes/.test(Object.keys(first as object)[0]!))
  const failing = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const member = Reflect.get(target, name, target) as unknown
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          if (changesBy(String(name), args) && ++changes >= n) throw new Error('killed')
          const result = (member as (...all: unknown[]) => unknown).apply(target, args)
          if (name === 'collection') return failing(result as object)
          return name === 'createCollection' ? (result as Promise<object>).then(failing) : result
        }
      },
    })
  return { db: failing(db), changes: () => changes }
}

describe('a restore that is killed', () => {
  const small = async () => {
    await db.createCollection('a', { validator: { n: { $gte: 0 } } })
    await db.collection('a').createIndex({ n: 1 }, { name: 'n' })
    await db.collection('a').insertMany([{ n: 1 }, { n: 2 }])
    await db.collection('b').insertOne({ n: 1 })
  }

  it(
    'at any change leaves the data as it was, or says that it is half done; again it ends',
    { timeout: 120_000 },
    async () => {
      await small()
      const before = await taken()
      await db.createCollection('c')
      const counting = failingFrom(Infinity)
      await restoreDatabase(counting.db, source(before), nobody)
      const steps = counting.changes()
      expect(steps).toBeGreaterThan(10)
      for (let n = 1; n <= steps; n++) {
        await db.dropDatabase()
        await small()
        await db.collection('c').insertOne({ n: 1 })
        const present = await readPresent(db)
        await expect(restoreDatabase(failingFrom(n).db, source(before), nobody)).rejects.toThrow('killed')
        const left = await readPresent(db)
        const isHalf = left.underway !== undefined
        expect(left, `change ${n}`).toEqual(isHalf ? { ...left, underway: backup } : present)
        const said = await taken().then(
          () => 'whole',
          (error: Error) => error.message,
        )
        expect(said, `change ${n}`).toBe(isHalf ? 'a restore of this database did not end: repeat it first' : 'whole')
        await restoreDatabase(db, source(before), nobody)
        expect(hexOf(await taken()), `change ${n}`).toEqual(hexOf(before))
        expect((await readRules(db)).map(({ name }) => name)).toEqual(['a', 'b'])
      }
    },
  )

  it('leaves drafts that are nobody’s', async () => {
    await small()
    const before = await taken()
    await expect(restoreDatabase(failingFrom(3).db, source(before), nobody)).rejects.toThrow('killed')
    const names = (await readRules(db)).map(({ name }: CollectionRules) => name)
    expect(names).toContain(`${draftPrefix}a`)
    expect(names).not.toContain(markerName)
    expect((await readPresent(db)).collections.map(({ name }) => name)).toEqual(['a', 'b'])
  })
})
