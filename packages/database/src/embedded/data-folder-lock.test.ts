import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DataFolderInUseError, dataFolderOwner, lockDataFolder } from './data-folder-lock.ts'
import { killed, workshop } from './fixtures/helpers.ts'
import { identifyProcess } from './process-identity.ts'

const racer = new URL('./fixtures/lock-racer.ts', import.meta.url)
const contender = new URL('./fixtures/lock-contender.ts', import.meta.url)
const shop = workshop()
afterAll(shop.end)

async function endedProcess() {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid!)!
  await killed(child)
  return identity
}

const leaveLock = (folder: string, owner: object) => writeFileSync(join(folder, 'lock.7'), JSON.stringify(owner))

describe('the lock of a data folder', () => {
  it('names its owner and what to do', () => {
    const folder = shop.folder()
    const lock = lockDataFolder(folder, 'TOKO_DATA_DIR')
    expect(dataFolderOwner(folder)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') })
    expect(() => lockDataFolder(folder, 'TOKO_DATA_DIR')).toThrow(DataFolderInUseError)
    expect(() => lockDataFolder(folder, 'TOKO_DATA_DIR')).toThrow(
      new RegExp(
        `data folder ${folder} is in use by pid ${process.pid} \\(.*\\), stop it or choose another with TOKO_DATA_DIR`,
      ),
    )
    lock.release()
    expect(dataFolderOwner(folder)).toBeUndefined()
    lockDataFolder(folder, 'TOKO_DATA_DIR').release()
  })

  it('is taken over from an owner that has ended', async () => {
    const folder = shop.folder()
    leaveLock(folder, await endedProcess())
    lockDataFolder(folder, '-')
    expect(dataFolderOwner(folder)?.pid).toBe(process.pid)
    expect(readdirSync(folder)).toEqual(['lock.8'])
  })

  it('is taken over when the pid has gone to another process', () => {
    const folder = shop.folder()
    const stranger = identifyProcess(process.pid)!
    leaveLock(folder, { ...stranger, startedAt: `${stranger.startedAt}0` })
    lockDataFolder(folder, '-')
    expect(dataFolderOwner(folder)?.startedAt).toBe(stranger.startedAt)
  })

  it('is taken over when a power cut left it empty', () => {
    const folder = shop.folder()
    writeFileSync(join(folder, 'lock.3'), '')
    lockDataFolder(folder, '-')
    expect(dataFolderOwner(folder)?.pid).toBe(process.pid)
  })

  it('has exactly one winner of many at the same instant, on a fresh folder and over a stale lock', async () => {
    const stale = await endedProcess()
    const folders = Array.from({ length: 40 }, (_, index) => {
      const folder = shop.folder()
      if (index % 2 === 0) leaveLock(folder, stale)
      return folder
    })
    const start = Date.now() + 2_500
    const racers = Array.from({ length: 6 }, () => shop.run(racer, String(start), '8', ...folders))
    const won = (await Promise.all(racers)).map(({ line }) => JSON.parse(line) as number[])
    expect(won.flat().toSorted((a, b) => a - b)).toEqual(folders.map((_, index) => index))
    expect(won.filter((list) => list.length > 0).length, 'racers that won at all').toBeGreaterThan(1)
  })

  it('lets only one process in at a time, however fast it changes hands', async () => {
    const folder = shop.folder()
    const contenders = Array.from({ length: 4 }, () => shop.run(contender, folder, '200'))
    const counts = (await Promise.all(contenders)).map(({ line }) => JSON.parse(line) as Record<string, number>)
    const sum = (key: string) => counts.reduce((total, count) => total + count[key]!, 0)
    expect(sum('intrusions')).toBe(0)
    expect(sum('turns')).toBe(800)
    expect(sum('refusals'), 'times they really met').toBeGreaterThan(10)
  })
})
