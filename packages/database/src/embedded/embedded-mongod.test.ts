import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger, PortInUseError } from '@toko/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataFolderInUseError } from './data-folder-lock.ts'
import { embeddedMongod } from './embedded-mongod.ts'
import { gone, isAlive, killed, mongodBinary, mongodPid, until, withNumbers, workshop } from './fixtures/helpers.ts'
import { MongodStartError } from './launch-mongod.ts'
import { spawnMongod } from './mongod-process.ts'

const shop = workshop()
let binary: string
beforeAll(async () => {
  binary = await mongodBinary()
})
afterAll(shop.end)

const owner = new URL('./fixtures/mongod-owner.ts', import.meta.url)
const log = createLogger('test', 'silent')
const embedded = (dataDir: string, port = 0) =>
  embeddedMongod({ binary, dataDir, port, log, dataDirSetting: 'TOKO_DATA_DIR' })

async function running(dataDir: string, port = 0) {
  const mongod = embedded(dataDir, port)
  await mongod.start?.()
  return mongod
}

describe('start and stop', () => {
  it('is a primary that keeps its data over a clean stop, on the same port or another, and leaves no process', async () => {
    const dataDir = join(shop.folder(), 'data')
    const first = await running(dataDir)
    const pid = mongodPid(dataDir)!
    await withNumbers(first.url(), (numbers) => numbers.insertOne({ _id: 1 }))
    await first.ready?.()
    const port = Number(new URL(first.url()).port)
    const start = performance.now()
    await first.stop?.()
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(isAlive(pid)).toBe(false)
    expect(mongodPid(dataDir)).toBeUndefined()
    expect(() => first.ready?.()).toThrow('stopped')

    for (const next of [port, 0]) {
      const again = await running(dataDir, next)
      expect(await withNumbers(again.url(), (numbers) => numbers.countDocuments())).toBe(1)
      await again.stop?.()
    }
  })

  it('is primary within 4 s on a second start, on a slow and busy machine too', async () => {
    const dataDir = shop.folder()
    await (await running(dataDir)).stop?.()
    const limitMs = 4_000
    const tookMs: number[] = []
    while (tookMs.length < 5 && !(Math.min(...tookMs) <= limitMs)) {
      const start = performance.now()
      const again = await running(dataDir)
      tookMs.push(performance.now() - start)
      await again.stop?.()
    }
    expect(Math.min(...tookMs), 'best of five, as other tests share the cores').toBeLessThanOrEqual(limitMs)
  })

  it('stops while it starts', async () => {
    const dataDir = shop.folder()
    const mongod = embedded(dataDir)
    const start = Promise.resolve(mongod.start?.()).catch((error: unknown) => error)
    await until(() => mongodPid(dataDir) !== undefined, 'mongod')
    const pid = mongodPid(dataDir)!
    await mongod.stop?.()
    expect(await start).toBeInstanceOf(Error)
    expect(isAlive(pid)).toBe(false)
  })

  it('says which port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    await expect(running(shop.folder(), port)).rejects.toThrow(PortInUseError)
    other.close()
  })

  it('says why mongod ended, and gives the folder back', async () => {
    const dataDir = shop.folder()
    await (await running(dataDir)).stop?.()
    writeFileSync(join(dataDir, 'db/WiredTiger.turtle'), 'rubbish')
    await expect(running(dataDir)).rejects.toThrow(MongodStartError)
    await expect(running(dataDir)).rejects.toThrow(/mongod (ended with code|was ended by).*WiredTiger.*mongod\.log/s)
    const missing = embeddedMongod({ binary: '/nonexistent/mongod', dataDir, port: 0, log })
    await expect(missing.start?.()).rejects.toThrow(/\/nonexistent\/mongod can't be run/)
  })
})

describe('a mongod that crashes', () => {
  it('comes back on the same port with every acknowledged write', async () => {
    const dataDir = shop.folder()
    const mongod = await running(dataDir)
    const acknowledged = new Set<number>()
    const enough = new AbortController()
    await withNumbers(mongod.url(), async (numbers) => {
      const writer = async (offset: number) => {
        for (let id = offset; !enough.signal.aborted; id += 4) {
          const done = await numbers.insertOne({ _id: id }).catch(() => undefined)
          if (done?.acknowledged) acknowledged.add(id)
        }
      }
      const writers = [0, 1, 2, 3].map(writer)
      for (let crash = 0; crash < 3; crash++) {
        const before = acknowledged.size
        await until(() => acknowledged.size > before + 200, 'writes')
        const pid = mongodPid(dataDir)!
        await gone(pid, 'SIGKILL')
        await until(() => !isReady(mongod), 'not ready')
        expect(() => mongod.ready?.()).toThrow('crashed')
        await until(() => isReady(mongod), 'ready again')
        expect(mongodPid(dataDir)).not.toBe(pid)
      }
      enough.abort()
      await Promise.all(writers)
      const stored = new Set((await numbers.find().toArray()).map(({ _id }) => _id))
      expect(acknowledged.size).toBeGreaterThan(600)
      expect(acknowledged.difference(stored)).toEqual(new Set())
    })
    await mongod.stop?.()
  })

  it('stays down when it is stopped before it is back', async () => {
    const dataDir = shop.folder()
    const mongod = await running(dataDir)
    await gone(mongodPid(dataDir)!, 'SIGKILL')
    await mongod.stop?.()
    await expect(running(dataDir).then((next) => next.stop?.())).resolves.toBeUndefined()
  })
})

describe('the owner of the folder', () => {
  it('is named to a second process, whose mongod does not start', async () => {
    const dataDir = shop.folder()
    const { child, line: url } = await shop.run(owner, binary, dataDir)
    await expect(running(dataDir)).rejects.toThrow(DataFolderInUseError)
    await expect(shop.run(owner, binary, dataDir)).rejects.toThrow(
      new RegExp(
        `in use by pid ${child.pid} \\(.*mongod-owner\\.ts.*\\), stop it or choose another with TOKO_DATA_DIR`,
      ),
    )
    await withNumbers(url, (numbers) => numbers.insertOne({ _id: 1 }))
    await killed(child)
  })

  it('takes mongod along when it is killed, and the next start finds the data', async () => {
    const dataDir = shop.folder()
    const { child, line: url } = await shop.run(owner, binary, dataDir)
    const pid = mongodPid(dataDir)!
    await withNumbers(url, (numbers) => numbers.insertOne({ _id: 1 }))
    await killed(child)
    await gone(pid)
    const next = await running(dataDir, Number(new URL(url).port))
    expect(await withNumbers(next.url(), (numbers) => numbers.countDocuments())).toBe(1)
    await next.stop?.()
  })

  it('may leave a frozen mongod, which the next start ends at once', async () => {
    const dataDir = shop.folder()
    const { child, line: url } = await shop.run(owner, binary, dataDir)
    const pid = mongodPid(dataDir)!
    await withNumbers(url, (numbers) => numbers.insertOne({ _id: 1 }))
    process.kill(pid, 'SIGSTOP') // outlives the guard's SIGTERM
    await killed(child)
    const next = embeddedMongod({ binary, dataDir, port: 0, log, stopLimitMs: 500 })
    await next.start?.()
    expect(isAlive(pid)).toBe(false)
    expect(await withNumbers(next.url(), (numbers) => numbers.countDocuments())).toBe(1)
    await next.stop?.()
  })

  it('is the person who started a mongod on the files by hand: that one is left alone', async () => {
    const dataDir = shop.folder()
    await (await running(dataDir)).stop?.()
    const files = { dbPath: join(dataDir, 'db'), logPath: join(shop.folder(), 'other.log') }
    const other = spawnMongod({ ...files, binary, port: 20_000 + Math.floor(Math.random() * 9_999), cacheSizeGB: 0.25 })
    await until(() => mongodPid(dataDir) === other.pid, 'the other mongod')
    await expect(running(dataDir)).rejects.toThrow(new RegExp(`in use by pid ${other.pid} \\(.*mongod`))
    expect(isAlive(other.pid!)).toBe(true)
    await other.stop(500)
  })
})

function isReady(mongod: ReturnType<typeof embedded>): boolean {
  try {
    void mongod.ready?.()
    return true
  } catch {
    return false
  }
}
