import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenDatabase, openDatabase } from '@toko/database'
import { eventually, freePorts, testMongoUrl } from '@toko/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { start, toko } from './toko-process.ts'

const name = `shop_${randomUUID().slice(0, 8)}`
let opened: OpenDatabase
let work: string
let [out, urlFile]: string[] = []

const urlOf = (database: string) => testMongoUrl().replace(/\/(\?|$)/, `/${database}$1`)
const fileWith = (text: string, file = 'other-url') => {
  writeFileSync(join(work, file), text)
  return join(work, file)
}
const backup = (...args: string[]) => toko(['backup', '--url-file', urlFile!, '--out', out!, ...args], {})
const restore = (...args: string[]) => toko(['restore', '--url-file', urlFile!, '--from', out!, ...args], {})
const numbers = async () => {
  const all = await opened.db
    .collection<{ n: number }>('orders')
    .find({}, { sort: { n: 1 } })
    .toArray()
  return all.map(({ n }) => n)
}
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ n: n + from, text: randomUUID() }))

beforeAll(async () => {
  opened = await openDatabase(testMongoUrl(), name)
})
afterAll(async () => {
  await opened.db.dropDatabase()
  await opened.close()
})
beforeEach(async () => {
  work = mkdtempSync(join(tmpdir(), 'toko-backup-'))
  out = join(work, 'backups')
  urlFile = fileWith(`${urlOf(name)}\n`, 'url')
  await opened.db.dropDatabase()
  await opened.db.collection('orders').insertMany(numbered(3))
  await opened.db.collection('carts').insertOne({ a: 1 })
  return () => rmSync(work, { recursive: true })
})

const onlyBackup = () => join(out!, readdirSync(out!)[0]!)
const fileOf = (collection: string) => {
  const file = readdirSync(onlyBackup()).find((each) => each.endsWith(`-${collection}.bson.gz`))
  return join(onlyBackup(), file!)
}

describe('toko backup and toko restore', { timeout: 120_000 }, () => {
  it('bring a database back as it was, and say what they did', async () => {
    const written = await backup()
    expect(written).toMatchObject({ code: 0, stderr: '' })
    expect(written.stdout).toMatch(
      new RegExp(`^${name} as of \\S+Z: 4 documents\n  carts +1\n  orders +3\nwritten to ${onlyBackup()}\n$`),
    )
    await opened.db.collection('orders').insertMany(numbered(2, 3))
    await opened.db.collection('newer').insertOne({})
    const { code, stdout, stderr } = await restore('--replace')
    expect(code).toBe(0)
    expect(stderr).toContain('  orders: 3 documents, read back\n')
    expect(stdout).toContain('in place of 7 documents in 3 collections\n')
    expect(stdout).toContain('dropped, since the backup does not know them: newer\n')
    expect(await numbers()).toEqual([0, 1, 2])
    expect((await restore('--replace')).code, 'again').toBe(0)
    expect(await numbers()).toEqual([0, 1, 2])
  })

  it('do not touch what is there unless they are told to', async () => {
    await backup()
    await opened.db.collection('orders').insertOne({ n: 3 })
    const { code, stderr } = await restore()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^\S.*\ntoko: \S+ at \S+ holds 5 documents: --replace says .*\n$/),
    })
    expect(await numbers()).toEqual([0, 1, 2, 3])
    await opened.db.collection('orders').deleteMany({})
    await opened.db.collection('carts').deleteMany({})
    expect((await restore()).code).toBe(0)
    expect(await numbers()).toEqual([0, 1, 2])
  })

  it('keep as many as they are told to', async () => {
    const made: string[] = []
    for (let n = 0; n < 3; n++) {
      const { folder } = JSON.parse((await backup('--json', '--keep', '2')).stdout) as { folder: string }
      made.push(folder)
    }
    expect(readdirSync(out!).map((each) => join(out!, each))).toEqual(made.slice(1))
  })

  it('take one of several by its folder, and the newest without', async () => {
    await backup()
    const first = onlyBackup()
    await opened.db.collection('orders').insertOne({ n: 3 })
    await backup()
    await restore('--replace')
    expect(await numbers()).toEqual([0, 1, 2, 3])
    await restore('--replace', '--from', first)
    expect(await numbers()).toEqual([0, 1, 2])
  })
})

describe('toko restore refuses, and writes nothing:', () => {
  const cases: [string, () => void, RegExp][] = [
    [
      'a changed byte',
      () => change(fileOf('orders'), (bytes) => void (bytes[30]! ^= 1)),
      /orders\.bson\.gz is damaged/,
    ],
    [
      'a file cut off',
      () => writeFileSync(fileOf('orders'), readFileSync(fileOf('orders')).subarray(0, -9)),
      /damaged: unexpected end of file/,
    ],
    ['a missing file', () => rmSync(fileOf('carts')), /damaged: ENOENT/],
    [
      'another file in its place',
      () => writeFileSync(fileOf('orders'), readFileSync(fileOf('carts'))),
      /damaged: 1 documents with sha256/,
    ],
    [
      'a changed manifest',
      () => edit('manifest.json', (text) => text.replace('"documents": 3', '"documents": 2')),
      /manifest.json is damaged: its sha256/,
    ],
    ['half a manifest', () => edit('manifest.json', (text) => text.slice(0, 100)), /manifest.json is damaged/],
    [
      'a manifest of a later version',
      () => edit('manifest.json', (text) => text.replace('"format": 1', '"format": 2')),
      /no manifest that this version of toko reads/,
    ],
    ['no manifest', () => rmSync(join(onlyBackup(), 'manifest.json')), /holds no backup of the database/],
  ]
  const change = (file: string, by: (bytes: Buffer) => void) => {
    const bytes = readFileSync(file)
    by(bytes)
    writeFileSync(file, bytes)
  }
  const edit = (file: string, by: (text: string) => string) =>
    writeFileSync(join(onlyBackup(), file), by(readFileSync(join(onlyBackup(), file), 'utf8')))

  it.each(cases)('%s', async (_, spoil, message) => {
    await backup()
    await opened.db.collection('orders').insertOne({ n: 3 })
    spoil()
    const { code, stdout, stderr } = await restore('--replace')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(await numbers()).toEqual([0, 1, 2, 3])
    expect((await opened.db.collections()).map(({ collectionName }) => collectionName).toSorted()).toEqual([
      'carts',
      'orders',
    ])
  })

  it('a backup of another database', async () => {
    await backup()
    const other = fileWith(urlOf('someone_else'))
    expect(await toko(['restore', '--url-file', other, '--from', onlyBackup()], {})).toEqual({
      code: 1,
      stdout: '',
      stderr: `toko: ${onlyBackup()} is of the database ${name}, not of someone_else\n`,
    })
  })
})

describe('one line and exit code 2:', () => {
  it('a server that does not answer; its password is not told', async () => {
    const [port] = await freePorts(1)
    const file = fileWith(`mongodb://order:hunter2@127.0.0.1:${port}/order`)
    const { code, stderr } = await toko(['backup', '--url-file', file, '--out', out!], {})
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^toko: .*can't be reached: .*ECONNREFUSED.*\n$/),
    })
    expect(stderr).not.toContain('hunter2')
  })

  it.each([
    ['no such file', () => '/nowhere/url', 'ENOENT'],
    ['no URL', () => fileWith('hello'), 'Invalid scheme'],
    [
      'no database in the URL',
      () => fileWith('mongodb://127.0.0.1:1/?replicaSet=rs0'),
      'names no database: --database does',
    ],
  ])('%s', async (_, file, message) => {
    const { code, stderr } = await toko(['backup', '--url-file', file(), '--out', out!], {})
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('a URL is an argument of no command', async () => {
    expect(await toko(['backup', '--out', out!], {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--url-file'),
    })
  })
})

describe('killed in the middle', { timeout: 120_000 }, () => {
  /** Starts the command and ends it when it has said this, or as soon as it has begun. */
  async function killed(args: string[], when: () => Promise<boolean> | boolean): Promise<void> {
    const { child, ended } = start(args, {})
    await eventually(async () => expect((await when()) || child.exitCode !== null).toBe(true), { everyMs: 5 })
    child.kill('SIGKILL')
    expect((await ended).code, 'it was killed before it ended').toBe(null)
  }
  const big = () => opened.db.collection('orders').insertMany(numbered(60_000, 3))

  it('a restore leaves the data alone, and ends when it is repeated', async () => {
    await big()
    await backup()
    await opened.db.collection('orders').deleteMany({ n: { $gte: 5 } })
    const drafted = () => opened.db.collection('restore.draft.orders').estimatedDocumentCount()
    await killed(['restore', '--url-file', urlFile!, '--from', out!, '--replace'], async () => (await drafted()) > 0)
    expect(await numbers()).toEqual([0, 1, 2, 3, 4])
    expect((await restore('--replace')).code).toBe(0)
    expect(await opened.db.collection('orders').countDocuments()).toBe(60_003)
    expect((await opened.db.collections()).map(({ collectionName }) => collectionName).toSorted()).toEqual([
      'carts',
      'orders',
    ])
  })

  it('a backup leaves none that a restore would take', async () => {
    await big()
    await killed(['backup', '--url-file', urlFile!, '--out', out!], () => {
      try {
        return readdirSync(out!).some((each) => readdirSync(join(out!, each)).length > 1)
      } catch {
        return false
      }
    })
    expect(await restore('--replace')).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no backup') })
    expect((await backup()).code).toBe(0)
    expect((await restore('--replace')).code).toBe(0)
    expect(await opened.db.collection('orders').countDocuments()).toBe(60_003)
  })
})
