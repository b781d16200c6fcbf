import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Attempt, buyer } from '../buyer.ts'
import { type RunReport, shopVariables, start, type Started, toko } from '../toko-process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'toko-run-split-'))
const sku = 'TEH-MELATI-50G'
let env: Record<string, string>
let run: Started
let report: RunReport
let accounts: NonNullable<RunReport['accounts']>

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const startShop = async (...args: string[]) => {
  run = start(['run', '--split', 'product', '--json', ...args], env)
  report = await run.json()
}
/** RabbitMQ of this shop: a process of Erlang that was given its folder. */
const brokerPid = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [command, variables] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'))
        return command!.includes('-toko_broker') && variables!.includes(`${dataDir}/split/product/broker/`)
      } catch {
        return false // ended meanwhile
      }
    })!
const processesOf = (name: string) => report.services.find((service) => service.name === name)!.processes!
const pids = () => [...new Set(report.services.flatMap(({ processes }) => processes!.map(({ pid }) => pid)))]

beforeAll(async () => {
  env = await shopVariables(dataDir, undefined)
  await startShop()
  accounts = report.accounts!
})
afterAll(async () => {
  run.child.kill('SIGTERM')
  await run.ended
  rmSync(dataDir, { recursive: true, force: true })
})

describe('toko run --split product', { timeout: 120_000 }, () => {
  // In any order: one of the tests ends the shop.
  beforeEach(async () => {
    if (run.child.exitCode !== null || run.child.signalCode !== null) await startShop()
  })

  it('runs the product service apart and the others together, on the usual ports, filled', async () => {
    expect(report.services.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'order ready',
      'payment ready',
      'product ready',
      'user ready',
    ])
    expect(processesOf('product').map(({ name }) => name)).toEqual(['product-0'])
    for (const name of ['user', 'order', 'payment'])
      expect(processesOf(name)).toEqual([{ name: 'rest-0', pid: expect.any(Number) }])
    expect(pids()).toHaveLength(2)
    for (const { name, url, adminUrl } of report.services) {
      expect(url).toBe(env[`TOKO_${name.toUpperCase()}_URL`])
      expect(adminUrl).toBe(`http://127.0.0.1:${env[`${name.toUpperCase()}_ADMIN_PORT`]}`)
    }
    const answer = await fetch(`${env['TOKO_PRODUCT_URL']}/products?limit=100`)
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(40)
    expect(readdirSync(report.logFile).toSorted()).toEqual(expect.arrayContaining(['product-0.log', 'rest-0.log']))
  })

  it('says who has the folder when it runs already', async () => {
    const others = await shopVariables(dataDir, undefined)
    const second = await toko(['run', '--split', 'product'], others)
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`toko: data folder .*/split/product is in use by pid ${run.child.pid} .*--data-dir\\n$`),
      ),
    })
  })

  it('loses nothing when a process of it is killed in the middle of orders, and starts it again', async () => {
    const [staff, customer] = [buyer(report, accounts.staff), buyer(report, accounts.customer)]
    await Promise.all([staff.signIn(), customer.signIn()])
    const orders = 30
    await staff.addStock(sku, 2 * orders)
    for (const victim of ['order', 'product']) {
      const attempts: Attempt[] = []
      while (attempts.length < orders)
        attempts.push(...(await Promise.all(Array.from({ length: 10 }, () => customer.prepare(sku)))))
      let acknowledged = 0
      const [{ name, pid }] = processesOf(victim) as [{ name: string; pid: number }]
      await Promise.all(
        attempts.map(async (attempt) => {
          const isDone = await customer.place(attempt).catch(() => false)
          if (isDone && ++acknowledged === orders / 5) process.kill(pid, 'SIGKILL')
        }),
      )
      expect(acknowledged).toBeGreaterThanOrEqual(orders / 5)
      // Who heard nothing asks again with the same key.
      for (const attempt of attempts.filter(({ orderId }) => orderId === undefined))
        await eventually(async () => expect(await customer.place(attempt)).toBe(true))
      expect(new Set(attempts.map(({ orderId }) => orderId)).size, name).toBe(orders)
      await eventually(
        async () => {
          const statuses = await Promise.all(attempts.map(({ orderId }) => customer.statusOf(orderId!)))
          expect(new Set(statuses), name).toEqual(new Set(['confirmed']))
        },
        { timeoutMs: 60_000, everyMs: 500 },
      )
      expect(isRunning(pid)).toBe(false)
      expect(run.stderr()).toContain(`${name} ended by SIGKILL`)
    }
    const { code, stdout } = await toko(['audit', '--settle', '60', '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject({ isSound: true, isAtRest: true })
    expect(code).toBe(0)
  })

  it('starts RabbitMQ again when that is killed, and what waited for it goes on', async () => {
    const customer = buyer(report, accounts.customer)
    await customer.signIn()
    const killed = brokerPid()
    process.kill(killed, 'SIGKILL')
    const attempt = await customer.prepare('KOPI-GAYO-200G')
    expect(await customer.place(attempt)).toBe(true)
    await eventually(() => expect(run.stderr()).toContain('RabbitMQ ended; it is started again'))
    await eventually(() => expect(brokerPid()).toBeGreaterThan(0))
    expect(brokerPid()).not.toBe(killed)
    const { stdout } = await toko(['audit', '--settle', '60', '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject({ isSound: true, isAtRest: true })
    expect(await customer.statusOf(attempt.orderId!)).toBe('confirmed')
  })

  it('ends with 0 on Ctrl-C and when it is killed, leaves no process, and finds its data again', async () => {
    const someone = async () => {
      const customer = buyer(report, accounts.customer)
      await customer.signIn()
      return customer
    }
    const customer = await someone()
    expect(await customer.place(await customer.prepare('KOPI-GAYO-200G'))).toBe(true)
    const placed = await customer.orderCount()
    const first = pids()
    run.child.kill('SIGINT')
    const { code, stderr } = await run.ended
    expect(code, stderr).toBe(0)
    await eventually(() => expect(first.filter(isRunning)).toEqual([]))

    await startShop('--replicas', '2')
    expect(report.accounts).toBeUndefined() // shown once
    expect(processesOf('order').map(({ name }) => name)).toEqual(['rest-0', 'rest-1'])
    const second = pids()
    expect(second).toHaveLength(4)
    expect(await (await someone()).orderCount()).toBe(placed)
    run.child.kill('SIGKILL')
    await run.ended
    await eventually(() => expect(second.filter(isRunning)).toEqual([]))
  })
})

describe('a split shop that cannot start', { timeout: 120_000 }, () => {
  const folder = () => ({ TOKO_DATA_DIR: mkdtempSync(join(dataDir, 'other-')) })

  it('says which port is taken', async () => {
    const holder = createServer()
    const others: Record<string, string> = { ...(await shopVariables(dataDir, undefined)), ...folder() }
    await new Promise<void>((resolve) => holder.listen(Number(others['ORDER_PORT']), '127.0.0.1', resolve))
    const { code, stderr } = await toko(['run', '--split'], others)
    await new Promise((resolve) => holder.close(resolve))
    expect(code).toBe(1)
    expect(stderr).toContain(
      `toko: order port: 127.0.0.1:${others['ORDER_PORT']} is in use by another program; stop it or choose another port\n`,
    )
  })

  it('says that there is no mongod', async () => {
    const nowhere = { PATH: '/nonexistent', MONGOD_BINARY: '', TOKO_DOWNLOADS: 'false', TOKO_CACHE: '/nonexistent' }
    const { code, stderr } = await toko(['run', '--split'], {
      ...(await shopVariables(dataDir, undefined)),
      ...folder(),
      ...nowhere,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/toko: no usable mongod was found\n[^]*set MONGOD_BINARY/)
  })

  it.each([
    [['--split', 'stock'], {}, /argument 'stock' is invalid. expected some of user,product,payment,order/],
    [['--split', ''], {}, /argument '' is invalid/],
    [['--replicas', '2'], {}, /^toko: --replicas needs --split\n$/],
    [['--split', '--replicas', '0'], {}, /argument '0' is invalid/],
  ])('refuses %j with exit code 2', async (args, variables, words) => {
    expect(await toko(['run', ...args], variables)).toMatchObject({ code: 2, stderr: expect.stringMatching(words) })
  })

  it('refuses what only the shop in one process understands', async () => {
    const { code, stderr } = await toko(['run', '--split'], { ...folder(), TOKO_MONGO_URL: 'mongodb://127.0.0.1/' })
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('ORDER_MONGO_URL') })
  })
})
