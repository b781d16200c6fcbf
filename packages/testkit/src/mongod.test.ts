import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { startTestMongod, type TestMongod } from './mongod.ts'

const started: TestMongod[] = []
afterAll(() => Promise.all(started.map(({ stop }) => stop())))

/** As if no server were given, with the binary of the run where it is known. */
async function own() {
  const mongod = await startTestMongod({ MONGOD_BINARY: inject('mongodBinary') })
  started.push(mongod)
  return { ...mongod, folder: mongod.dataDir! }
}

it('has a folder of its own, and removes it, and those of killed runs but not those in use', async () => {
  const first = await own()
  const base = dirname(first.folder)
  const abandoned = mkdtempSync(join(base, 'toko-test-'))
  const young = mkdtempSync(join(base, 'toko-test-'))
  mkdirSync(join(abandoned, 'db'))
  writeFileSync(
    join(abandoned, 'lock.1'),
    JSON.stringify({ pid: process.pid, startedAt: 'long ago', command: 'vitest' }),
  )
  const second = await own()
  expect([first.folder, abandoned, young].map((path) => existsSync(path))).toEqual([true, false, true])
  rmSync(young, { recursive: true })
  expect(second.url).not.toBe(first.url)
  await first.stop()
  expect([first.folder, second.folder].map((path) => existsSync(path))).toEqual([false, true])
})

it('takes the server that was given', async () => {
  const url = 'mongodb://127.0.0.1:1/'
  expect(await startTestMongod({ TEST_MONGO_URL: url })).toMatchObject({ url, binary: undefined, dataDir: undefined })
})
