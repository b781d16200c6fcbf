import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reconciliation } from '@toko/contracts'
import { database, type Database } from '@toko/database'
import { eventually, quiet, testMongoUrl } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type RunReport, shopVariables, start, type Started, toko } from './toko-process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'toko-reconciliation-'))
const run = randomUUID().slice(0, 8)
const sku = 'TEH-MELATI-50G'
const settleMs = 2000
let env: Record<string, string>
let shop: Started
let report: RunReport
const tokens = {} as Record<'customer' | 'staff', string>
const books = {} as Record<'order' | 'product' | 'payment', Database>

const collection = (service: keyof typeof books, name: string) =>
  books[service].connection.db!.collection<{ _id: string; [field: string]: unknown }>(name)
const all = (service: keyof typeof books, name: string) =>
  collection(service, name)
    .find({}, { sort: { _id: 1 } })
    .toArray()
const service = (name: string) => report.services.find((each) => each.name === name)!

async function call(who: keyof typeof tokens, method: string, path: string, body?: unknown) {
  const answer = await fetch(service('order').url + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens[who]}`,
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true)
  return JSON.parse(text)
}
const reconciliation = (): Promise<Reconciliation> => call('staff', 'GET', '/audit/reconciliation')
/** What the job says once it has been round everything, begun after then. */
async function afterAWholeRound(fromMs = Date.now()): Promise<Reconciliation> {
  const rounds = new Set<string>()
  return eventually(
    async () => {
      const found = await reconciliation()
      if (found.lastCycleAt && Date.parse(found.lastCycleAt) > fromMs) rounds.add(found.lastCycleAt)
      expect(rounds.size).toBeGreaterThan(1)
      return found
    },
    { everyMs: 100 },
  )
}
const rulesOf = ({ differences }: Reconciliation, subject: string) =>
  differences.filter((each) => each.subject.startsWith(subject)).map(({ rule }) => rule)
const gauge = async (invariant: string) => {
  const text = await (await fetch(`${service('order').adminUrl}/metrics`)).text()
  const line = text
    .split('\n')
    .find((each) => each.startsWith('toko_reconciliation_differences') && each.includes(`"${invariant}"`))
  return Number(line?.split(' ').at(-1))
}
async function audit(): Promise<{ code: number | null; violations: string[] }> {
  const { code, stdout } = await toko(['audit', '--json'], env)
  const { findings } = JSON.parse(stdout) as { findings: { id: string; violations: string[] }[] }
  return { code, violations: findings.flatMap(({ id, violations }) => violations.map((each) => `${id} ${each}`)) }
}
/** Log lines of the job about an order. */
const told = (id: string) =>
  readFileSync(report.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('the books of the services differ') && line.includes(id))

/** Orders that nothing is under way of any more, also as the job sees it. */
async function untilDone(ids: readonly string[], status = 'confirmed'): Promise<void> {
  await eventually(
    async () => {
      const ofIds = { _id: { $in: [...ids] } }
      const orders = await collection('order', 'orders').find(ofIds).toArray()
      const reservations = await collection('product', 'reservations').find(ofIds).toArray()
      for (const found of [orders, reservations]) expect(found.map(({ outbox }) => outbox)).toEqual(ids.map(() => []))
      expect(orders.map((order) => [order['status'], order['dueAt']])).toEqual(ids.map(() => [status, undefined]))
    },
    { timeoutMs: 20_000 },
  )
}

async function confirmedOrders(count: number, quantity = 1): Promise<string[]> {
  const place = async (): Promise<string> => {
    const { cart } = await call('customer', 'POST', '/carts', {})
    const { total } = await call('customer', 'PUT', `/carts/${cart.id}/lines/${sku}`, { quantity })
    const body = { cartId: cart.id, expectedTotal: total, paymentMethod: 'card_ok' }
    return (await call('customer', 'POST', '/orders', body)).id
  }
  const ids = await Promise.all(Array.from({ length: count }, place))
  await untilDone(ids)
  await afterAWholeRound(Date.now() + settleMs)
  return ids
}

async function signIn(account: { email: string; password: string }): Promise<string> {
  const answer = await fetch(`${service('user').url}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  return ((await answer.json()) as { accessToken: string }).accessToken
}

beforeAll(async () => {
  const names = ['user', 'product', 'order', 'payment']
  env = {
    ...(await shopVariables(dataDir, inject('mongodBinary'))),
    TOKO_MONGO_URL: testMongoUrl(),
    ...Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_MONGO_DATABASE`, `${name}_${run}`])),
    PRODUCT_OUTBOX_SLOW_PATH_MS: '200',
    ORDER_RECONCILE_EVERY_MS: '200',
    ORDER_RECONCILE_SETTLE_MS: String(settleMs),
    ORDER_RECONCILE_CYCLE_MS: '400',
  }
  shop = start(['run', '--json'], env)
  report = await shop.json()
  for (const who of ['customer', 'staff'] as const) tokens[who] = await signIn(report.accounts![who])
  for (const name of ['order', 'product', 'payment'] as const) {
    books[name] = database({
      service: name,
      url: testMongoUrl(),
      name: `${name}_${run}`,
      operationTimeoutMs: 5000,
      ...quiet(),
    })
    await books[name].start?.()
  }
})
afterAll(async () => {
  for (const each of Object.values(books)) await each.stop?.()
  shop.child.kill('SIGTERM')
  await shop.ended
  rmSync(dataDir, { recursive: true, force: true })
})

describe('reconciliation of a running shop', { timeout: 120_000 }, () => {
  it('finds nothing in sound books, and has looked at everything', async () => {
    const ids = await confirmedOrders(3)
    const found = await afterAWholeRound()
    expect(found.differences).toEqual([])
    expect(found.checkedOrders).toBeGreaterThanOrEqual(3)
    expect(await gauge('I9')).toBe(0)
    expect(ids.flatMap(told)).toEqual([])
  })

  it('finds nothing after a cancellation, shipments, deliveries, a return, refunds and a restock either', async () => {
    const [cancelled, shipped, completed] = (await confirmedOrders(3, 3)) as [string, string, string]
    const lines = (quantity: number) => [{ sku, quantity }]
    const ship = (id: string, quantity: number) =>
      call('staff', 'POST', `/orders/${id}/shipments`, { lines: lines(quantity), carrier: 'JNE' })
    await call('customer', 'POST', `/orders/${cancelled}/cancellations`, {})
    await ship(shipped, 1)
    await call('staff', 'POST', `/orders/${shipped}/refunds`, { lines: lines(1), reason: 'late' })
    for (const quantity of [1, 2]) await ship(completed, quantity)
    await untilDone([completed], 'shipped')
    const { shipments } = await call('customer', 'GET', `/orders/${completed}`)
    for (const { id } of shipments) await call('staff', 'POST', `/orders/${completed}/shipments/${id}/deliveries`)
    await call('customer', 'POST', `/orders/${completed}/returns`, { lines: lines(1), reason: 'too sweet' })
    const { returns } = await call('customer', 'GET', `/orders/${completed}`)
    const refund = { returnId: returns[0].id, restock: true, reason: 'returned' }
    await call('staff', 'POST', `/orders/${completed}/refunds`, refund)
    await untilDone([cancelled], 'cancelled')
    await untilDone([shipped], 'shipped')
    await untilDone([completed], 'completed')
    expect((await afterAWholeRound(Date.now() + settleMs)).differences).toEqual([])
    expect(await audit()).toEqual({ code: 0, violations: [] })

    const consumption = { consumptions: [] }
    const before = (await collection('product', 'reservations').findOne({ _id: shipped }))!
    await collection('product', 'reservations').updateOne({ _id: shipped }, { $set: consumption })
    const found = await afterAWholeRound()
    expect(rulesOf(found, shipped).toSorted()).toEqual(['F1', 'I9', 'S5'])
    await collection('product', 'reservations').replaceOne({ _id: shipped }, before)
    expect((await afterAWholeRound()).differences).toEqual([])
  })

  it('finds a payment that was captured twice by hand, tells it once, and sees it mended', async () => {
    const [id] = (await confirmedOrders(1)) as [string]
    const effect = { kind: 'captured', amountMinor: 1, at: new Date() }
    await collection('payment', 'payments').updateOne({ _id: `${id}:1` }, { $push: { effects: effect } as never })
    const found = await afterAWholeRound()
    expect(rulesOf(found, id).toSorted()).toEqual(['I9', 'M1', 'M6'])
    expect(await gauge('M6')).toBe(1)
    const { code, violations } = await audit()
    expect(code).toBe(1)
    expect(violations).toContain(`M6 ${id}:1: captured 2 times`)
    await afterAWholeRound()
    expect(told(id)).toHaveLength(3)

    await collection('payment', 'payments').updateOne(
      { _id: `${id}:1` },
      { $pull: { effects: { amountMinor: 1 } } as never },
    )
    expect((await afterAWholeRound()).differences).toEqual([])
    expect(await gauge('M6')).toBe(0)
  })

  it('finds a reservation that was deleted by hand, and what it held', async () => {
    const [id] = (await confirmedOrders(1)) as [string]
    const reservation = (await collection('product', 'reservations').findOneAndDelete({ _id: id }))!
    const found = await afterAWholeRound()
    expect(rulesOf(found, id).toSorted()).toEqual(['I12', 'I6', 'I9'])
    expect(rulesOf(found, sku)).toEqual(['S5'])
    expect((await audit()).violations).toContain(`S5 ${sku}: holds 1 for ${id}, which has no reservation`)
    await collection('product', 'reservations').insertOne(reservation)
    expect((await afterAWholeRound()).differences).toEqual([])
  })

  it('reports every order that a product database of yesterday does not know, and repairs nothing', async () => {
    const names = ['reservations', 'stock', 'stockMovements']
    const restore = async (dump: Awaited<ReturnType<typeof all>>[]) => {
      for (const [index, name] of names.entries()) {
        await collection('product', name).deleteMany({})
        await collection('product', name).insertMany(dump[index]!)
      }
    }
    const yesterday = await Promise.all(names.map((name) => all('product', name)))
    const ids = await confirmedOrders(4)
    const today = { orders: await all('order', 'orders'), payments: await all('payment', 'payments') }
    const lost = await Promise.all(names.map((name) => all('product', name)))
    await restore(yesterday)
    const found = await afterAWholeRound()
    for (const id of ids) expect(rulesOf(found, id).toSorted(), id).toEqual(['I12', 'I6', 'I9'])
    expect(found.differences).toHaveLength(3 * ids.length)
    for (const rule of ['I6', 'I9', 'I12']) expect(await gauge(rule), rule).toBe(ids.length)
    const { violations } = await audit()
    for (const id of ids) expect(violations).toContain(`I9 ${id}: confirmed, reservation missing`)

    await afterAWholeRound()
    expect(await all('order', 'orders')).toEqual(today.orders)
    expect(await all('payment', 'payments')).toEqual(today.payments)
    expect(await all('product', 'reservations')).toEqual(yesterday[0])
    expect(await all('product', 'stockMovements')).toEqual(yesterday[2])
    await restore(lost)
    expect((await afterAWholeRound()).differences).toEqual([])
  })
})
