import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '@toko/contracts'
import { database, type Database } from '@toko/database'
import { eventually, quiet, testMongoUrl } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connect, seedAccounts, startSplitShop } from '../src/index.ts'
import { seedShop } from '../src/seed/seed-shop.ts'
import { type Buyer, buyer } from './buyer.ts'
import { type RunReport, shopVariables, start, toko } from './toko-process.ts'

interface RunningShop {
  readonly services: RunReport['services']
  readonly customer: { readonly email: string; readonly password: string }
  /** Variables with which the command finds it. */
  readonly env: Record<string, string>
  readonly orders: { readonly url: string; readonly name: string }
  logOf(service: string): string
  stop(): Promise<void>
}

/** A slow machine is none of the faults here. */
const patient = Object.fromEntries(
  ['USER', 'PRODUCT', 'ORDER', 'PAYMENT'].map((name) => [`${name}_MAX_LOOP_DELAY_MS`, '10000']),
)
const queue = 'evt-order-order_cancelling--product.release'

async function singleShop(folder: string): Promise<RunningShop> {
  const name = `order_${newId('evt').slice(-12)}`
  const others = ['USER', 'PRODUCT', 'PAYMENT'].map((each) => [`${each}_MONGO_DATABASE`, `${each}_${name}`])
  const env = {
    ...(await shopVariables(folder, inject('mongodBinary'))),
    TOKO_MONGO_URL: testMongoUrl(),
    ORDER_MONGO_DATABASE: name,
    ...Object.fromEntries(others),
    ...patient,
  }
  const run = start(['run', '--json'], env)
  const report = await run.json()
  return {
    services: report.services,
    customer: report.accounts!.customer,
    env,
    orders: { url: testMongoUrl(), name },
    logOf: () => readFileSync(report.logFile, 'utf8'),
    async stop() {
      run.child.kill('SIGTERM')
      await run.ended
    },
  }
}

async function splitShop(folder: string): Promise<RunningShop> {
  const shop = await startSplitShop({ folder, mongodBinary: inject('mongodBinary'), env: patient })
  const { user, product, order, payment } = shop.urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  const { accounts } = await seedAccounts(connection, folder)
  await seedShop(connection, folder)
  await connection.close()
  const services = Object.entries(shop.urls).map(([name, url]) => ({ name, url, adminUrl: '', state: 'ready' }))
  const urls = services.map(({ name, url }) => [`TOKO_${name.toUpperCase()}_URL`, url])
  return {
    services,
    customer: accounts.customer,
    env: { TOKO_DATA_DIR: folder, ...Object.fromEntries(urls) },
    orders: { url: shop.mongods.order.url(), name: 'order' },
    logOf: (service) => readFileSync(join(folder, 'logs', `${service}-0.log`), 'utf8'),
    stop: async () => void (await shop.stop()),
  }
}

describe.each([
  ['the single shape, its bus inside the process', singleShop],
  ['the split shape, over RabbitMQ', splitShop],
] as const)('toko dead-letters on %s', { timeout: 120_000 }, (_, startShop) => {
  const folder = mkdtempSync(join(tmpdir(), 'toko-letters-'))
  let shop: RunningShop
  let customer: Buyer
  let orders: Database

  beforeAll(async () => {
    shop = await startShop(folder)
    customer = buyer({ services: shop.services } as RunReport, shop.customer)
    await customer.signIn()
    orders = database({ service: 'order', ...shop.orders, operationTimeoutMs: 5000, ...quiet() })
    await orders.start?.()
  }, 180_000)
  afterAll(async () => {
    await orders?.stop?.()
    await shop?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const letters = (...args: string[]) => toko(['dead-letters', ...args], shop.env)
  const json = async (...args: string[]) => {
    const { stdout, stderr, code } = await letters(...args, '--json')
    expect(stderr).toBe('')
    // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
    const document: any = JSON.parse(stdout)
    return { code, document }
  }
  /** An order whose next message is outside its contract, as a faulty version would write it. */
  async function poison(): Promise<{ id: string; orderId: string }> {
    const attempt = await customer.prepare('KOPI-GAYO-200G')
    expect(await customer.place(attempt)).toBe(true)
    const [id, orderId] = [newId('evt'), attempt.orderId!]
    await eventually(async () => expect(await customer.statusOf(orderId)).toBe('confirmed'))
    const entry = {
      id,
      source: 'order',
      type: 'order_cancelling',
      subject: orderId,
      version: 99,
      time: new Date().toISOString(),
      trace: {},
      data: { orderId, lines: 'none' },
      mandatory: true,
    }
    const collection = orders.connection.db!.collection<{ _id: string; outbox: object[] }>('orders')
    await collection.updateOne({ _id: orderId }, { $push: { outbox: entry }, $set: { outboxAt: new Date(0) } })
    await eventually(async () => {
      const { document } = await json('list', '--queue', queue)
      expect(document.items.map((each: { id: string }) => each.id)).toContain(id)
    })
    return { id, orderId }
  }

  it('lists, shows, redrives and drops what could not be handled', async () => {
    const { id, orderId } = await poison()
    const { stdout, code } = await letters('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${id} +${queue} +order_cancelling +${orderId} +permanent +1 +\\d+ s$`, 'm'))
    expect(stdout).toContain(`1 × ${queue}`)

    const shown = await letters('show', id)
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toMatch(/^error +PermanentError: order_cancelling does not fit its schema/m)
    expect(shown.stdout).toMatch(new RegExp(`^cloudEvents_subject +${orderId}$`, 'm'))
    expect(shown.stdout).toContain('"lines":"none"')
    const { document: before } = await json('show', id)

    expect(await json('redrive', id)).toEqual({ code: 0, document: { redriven: 1, faults: [] } })
    // The same handler fails at it again: it is back, under its id, and younger.
    await eventually(async () => {
      const { document: after } = await json('show', id)
      expect(after).toMatchObject([{ id, reason: 'permanent', attempts: 1 }])
      expect(after[0].parkedAt > before[0].parkedAt).toBe(true)
    })
    const asked = await letters('drop', id)
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(await letters('drop', id, '--yes')).toMatchObject({ code: 0, stdout: 'dropped\n', stderr: '' })
    expect((await json('list')).document.items).toEqual([])
    expect(await letters('list')).toMatchObject({ code: 0, stdout: 'no dead letters\n' })
    for (const what of ['dead letter redriven', 'dead letter dropped'])
      expect(shop.logOf('product')).toMatch(new RegExp(`"actor":"usr_[^\n]*"message_id":"${id}"[^\n]*"msg":"${what}"`))
  })

  it('redrives many: of one queue, and everything there is', async () => {
    const ids = [(await poison()).id, (await poison()).id].toSorted()
    const listed = async () => (await json('list')).document.items.map((each: { id: string }) => each.id).toSorted()
    for (const which of [['--queue', queue], ['--all']]) {
      expect((await json('redrive', ...which)).document).toEqual({ redriven: 2, faults: [] })
      await eventually(async () => expect(await listed()).toEqual(ids))
    }
    expect((await json('redrive', '--queue', 'evt-none')).document).toEqual({ redriven: 0, faults: [] })
    for (const id of ids) expect((await letters('drop', id, '--yes', '--queue', queue)).code).toBe(0)
    expect(await listed()).toEqual([])
  })

  it('says what it can not do', async () => {
    const unknown = { code: 1, stdout: '', stderr: 'toko: no dead letter evt_none\n' }
    expect(await letters('show', 'evt_none')).toEqual(unknown)
    expect(await letters('redrive', 'evt_none')).toEqual(unknown)
    expect(await letters('drop', 'evt_none', '--yes')).toEqual(unknown)
    for (const args of [[], ['evt_none', '--all'], ['--queue', 'q', '--all']])
      expect(await letters('redrive', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') })
    expect(await toko(['dead-letters', 'lose'], shop.env)).toMatchObject({ code: 2, stdout: '' })
  })

  it('names a service that is away, and tells what the others have', async () => {
    const { id } = await poison()
    const env = { ...shop.env, TOKO_ORDER_URL: 'http://127.0.0.1:1' }
    const listed = await toko(['dead-letters', 'list', '--json'], env)
    const fault = 'toko: order: order-service is not running: start the shop with toko run\n'
    expect(listed).toMatchObject({ code: 2, stderr: fault })
    expect(JSON.parse(listed.stdout)).toMatchObject({ items: [{ id }], faults: [{ service: 'order' }] })
    const lost = await toko(['dead-letters', 'show', 'evt_none'], env)
    expect(lost.code).toBe(2)
    expect(lost.stderr).toBe(`${fault}toko: no dead letter evt_none where it could be looked for\n`)
    expect(await toko(['dead-letters', 'drop', id, '--yes'], env)).toMatchObject({ code: 2, stdout: 'dropped\n' })
  })

  it('is refused to who is no staff', async () => {
    const other = mkdtempSync(join(tmpdir(), 'toko-letters-'))
    cpSync(join(folder, 'secrets.json'), join(other, 'secrets.json'))
    const accounts = { customer: shop.customer, staff: shop.customer }
    writeFileSync(join(other, 'accounts.json'), JSON.stringify(accounts), { mode: 0o600 })
    const refused = await toko(['dead-letters', 'list', '--data-dir', other], shop.env)
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/\[403 forbidden/) })
    rmSync(other, { recursive: true })
  })
})
