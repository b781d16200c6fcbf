import { cpSync, rmSync } from 'node:fs'
import type { Reconciliation } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../support/ask.ts'
import { booksAtRest, violationsOf } from '../support/at-rest.ts'
import { readMetric } from '../support/metric.ts'
import { withMongod } from '../support/mongo-command.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../support/one-shop.ts'
import { type ReplicaSet, startReplicaSet } from '../support/replica-set.ts'
import { type Shopper, startShopper } from '../support/shopper.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('restored')
let set: ReplicaSet
let shop: OneShop
let shopper: Shopper

let mongod: string

const begin = () =>
  startOneShop({
    folder,
    mongodBinary: mongod,
    env: {
      PRODUCT_MONGO_URL: set.url,
      ORDER_RECONCILE_EVERY_MS: '200',
      ORDER_RECONCILE_SETTLE_MS: '1500',
      ORDER_RECONCILE_CYCLE_MS: '400',
    },
  })

beforeAll(async () => {
  mongod = await mongodBinary()
  set = await startReplicaSet({ binary: mongod, folder: `${folder}/product`, count: 1 })
  shop = await begin()
  shopper = await startShopper(shop)
}, 180_000)
afterAll(async () => {
  await shop?.stop()
  await set?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const all = (name: string) =>
  withMongod(set.nodes[0]!.port, 'product', (db) =>
    db
      .collection(name)
      .find({}, { sort: { _id: 1 } })
      .toArray(),
  )

async function confirmed(): Promise<string> {
  const id = await shopper.placed(await shopper.newCart(), { waitS: 2 })
  await eventually(async () => expect((await shopper.order('GET', `/orders/${id}`)).body.paymentStatus).toBe('paid'), {
    timeoutMs: 60_000,
  })
  return id
}

/** What the job says once it has been round everything, twice, begun after now. */
async function reconciled(): Promise<Reconciliation> {
  const fromMs = Date.now() + 1500
  const rounds = new Set<string>()
  return eventually(
    async () => {
      const { body } = await shopper.order('GET', '/audit/reconciliation', { by: 'staff' })
      const found = body as Reconciliation
      if (found.lastCycleAt && Date.parse(found.lastCycleAt) > fromMs) rounds.add(found.lastCycleAt)
      expect(rounds.size).toBeGreaterThan(1)
      return found
    },
    { timeoutMs: 60_000, everyMs: 100 },
  )
}

/** Copies a folder while mongod is down: a backup of its data, or the return of one. */
async function copied(from: string, to: string): Promise<void> {
  await set.nodes[0]!.end('SIGTERM')
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
  await set.heal()
}

/** A database that went back in time is refused by services that have seen it later, until a person starts them again. */
async function startAgain(): Promise<void> {
  const told = await ask('GET', `${shop.urls.product}/products`)
  expect(told).toMatchObject({ status: 503, body: { code: 'dependency-unavailable' } })
  expect((await fetch(`${shop.adminUrls.product}/readyz`)).status).toBe(503)
  await shop.stop()
  shop = await begin()
  shopper = await startShopper(shop, shopper.sku)
}

describe('19: yesterday’s data in the product database alone', { timeout: 300_000 }, () => {
  it('every difference is reported by the reconciliation and by the audit, and no order is done again', async () => {
    const [data, dump, today] = [set.nodes[0]!.folder, `${folder}/dump`, `${folder}/today`]
    const old = await confirmed()
    const toCancel = await confirmed()
    await booksAtRest(shop)
    await copied(data, dump)
    await shopper.stock() // the product service is back
    const yesterday = { reservations: await all('reservations'), movements: await all('stockMovements') }

    const lost = [await confirmed(), await confirmed(), await confirmed()]
    await shopper.order('POST', `/orders/${toCancel}/cancellations`, { key: `cancel-${toCancel}`, body: {} })
    await eventually(
      async () => expect((await shopper.order('GET', `/orders/${toCancel}`)).body.status).toBe('cancelled'),
      { timeoutMs: 60_000 },
    )
    const before = await booksAtRest(shop)
    expect(violationsOf(before)).toEqual([])
    expect((await reconciled()).differences).toEqual([])
    await copied(data, today)
    await shopper.stock() // the service has seen this mongod's last election: of the dump's it will know that it is older

    await copied(dump, data)
    await startAgain()
    const found = await reconciled()
    const rulesOf = (subject: string) =>
      found.differences.filter((each) => each.subject === subject).map(({ rule }) => rule)
    for (const id of lost) expect(rulesOf(id).toSorted(), id).toEqual(['I12', 'I6', 'I9'])
    expect(rulesOf(toCancel)).toContain('I9')
    expect(rulesOf(old)).toEqual([])
    expect(await readMetric(shop.adminUrls.order, 'toko_reconciliation_differences', '"I9"')).toBe(lost.length + 1)
    const violations = violationsOf(await booksAtRest(shop)).join('\n')
    for (const id of [...lost, toCancel]) expect(violations).toContain(`I9 ${id}`)

    // Nothing was mended, asked for or paid again, although sweepers and relays had their time.
    const after = await booksAtRest(shop)
    expect(after.orders).toEqual(before.orders)
    expect(after.payments).toEqual(before.payments)
    expect(await all('reservations')).toEqual(yesterday.reservations)
    expect(await all('stockMovements')).toEqual(yesterday.movements)

    await copied(today, data)
    await shop.stop()
    shop = await begin()
    shopper = await startShopper(shop, shopper.sku)
    expect((await reconciled()).differences).toEqual([])
    expect(violationsOf(await booksAtRest(shop))).toEqual([])
    expect(await readMetric(shop.adminUrls.order, 'toko_reconciliation_differences', '"I9"')).toBe(0)
  })
})
