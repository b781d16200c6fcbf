import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest'
import { portVariables, type ShopProcess, startProcess } from './shop-process.ts'

const folders: string[] = []
const running: ShopProcess[] = []

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'toko-process-'))
  folders.push(folder)
  return folder
}

/** With an embedded mongod, the binary of the test run where it is known. */
async function start(env: Record<string, string> = {}) {
  const binary = inject('mongodBinary')
  const base: Record<string, string> = {
    TOKO_DATA_DIR: newFolder(),
    ...(await portVariables()),
    ...(binary ? { MONGOD_BINARY: binary } : {}),
  }
  const shop = startProcess({ HOME: process.env['HOME'] ?? '', ...base, ...env })
  running.push(shop)
  return { ...shop, env: { ...base, ...env } }
}

afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGTERM')
    await exited
  }
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('services/all as a process', () => {
  it('starts, ends with 0 on SIGTERM and says nothing on stderr', async () => {
    const shop = await start()
    await shop.ready
    shop.child.kill('SIGTERM')
    expect(await shop.exited).toBe(0)
    expect(shop.stderr()).toBe('')
  })

  it('a second process on its data folder is told who has it, and ends', async () => {
    const first = await start()
    await first.ready
    const second = await start({ ...(await portVariables()), TOKO_DATA_DIR: first.env['TOKO_DATA_DIR']! })
    expect(await second.exited).toBe(1)
    expect(second.stderr()).toMatch(
      new RegExp(
        `^data folder .*/data is in use by pid ${first.child.pid} .* choose another with TOKO_DATA_DIR .*\\n$`,
      ),
    )
    const { user } = await first.ready
    expect((await fetch(`${user.adminUrl}/readyz`)).status).toBe(200)
  })

  it('a port that another program holds is named, and nothing stays behind', async () => {
    const holder = createServer()
    const shop = await start()
    await shop.ready // its ports are taken now
    shop.child.kill('SIGTERM')
    await shop.exited
    const port = Number(shop.env['ORDER_PORT'])
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
    const second = startProcess({ HOME: process.env['HOME'] ?? '', ...shop.env })
    running.push(second)
    expect(await second.exited).toBe(1)
    expect(second.stderr()).toBe(
      `order port: 127.0.0.1:${port} is in use by another program; stop it or choose another port\n`,
    )
    await new Promise((resolve) => holder.close(resolve))
    const third = startProcess({ HOME: process.env['HOME'] ?? '', ...shop.env })
    running.push(third)
    await third.ready // the folder is free again
  })

  it('without a mongod it says where it looked and what to do', async () => {
    const shop = await start({
      PATH: '/nonexistent',
      MONGOD_BINARY: '',
      TOKO_CACHE: newFolder(),
      TOKO_DOWNLOADS: 'false',
    })
    expect(await shop.exited).toBe(1)
    expect(shop.stderr()).toMatch(
      /^no usable mongod was found\n[^]*Install MongoDB 6\.0 or newer, or set MONGOD_BINARY/,
    )
  })

  it('a broken configuration stops it with all faults', async () => {
    const shop = await start({ ORDER_PAYING_LIMIT_MS: '2m', PAYMENT_NONSENSE: '1' })
    expect(await shop.exited).toBe(1)
    expect(shop.stderr()).toBe(
      'payment: invalid configuration\n  PAYMENT_NONSENSE    unknown variable\n' +
        'order: invalid configuration\n  ORDER_PAYING_LIMIT_MS  "2m"  expected an integer of milliseconds\n',
    )
  })

  it('ends when the process that started it is gone', async () => {
    const shop = await start()
    await shop.ready
    shop.letGo()
    expect(await shop.exited).toBe(0)
  })
})
