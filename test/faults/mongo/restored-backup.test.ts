import { rmSync, writeFileSync } from 'node:fs'
import type { ServiceName } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { booksAtRest, violationsOf } from '../support/at-rest.ts'
import { withMongod } from '../support/mongo-command.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../support/one-shop.ts'
import { type ReplicaSet, startReplicaSet } from '../support/replica-set.ts'
import { type Shopper, startShopper } from '../support/shopper.ts'
import { toko } from '../support/toko.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('backup')
const services = ['user', 'product', 'order', 'payment'] as const
let set: ReplicaSet
let shop: OneShop
let shopper: Shopper
let mongod: string

const begin = () =>
  startOneShop({
    folder,
    mongodBinary: mongod,
    env: Object.fromEntries(services.map((name) => [`${name.toUpperCase()}_MONGO_URL`, set.url])),
  })

beforeAll(async () => {
  mongod = await mongodBinary()
  set = await startReplicaSet({ binary: mongod, folder: `${folder}/set`, count: 1 })
  shop = await begin()
  shopper = await startShopper(shop)
  writeFileSync(`${folder}/url`, set.url, { mode: 0o600 })
}, 180_000)
afterAll(async () => {
  await shop?.stop()
  await set?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function paid(): Promise<string> {
  const id = await shopper.placed(await shopper.newCart(), { waitS: 2 })
  await became(id, { status: 'confirmed', paymentStatus: 'paid' })
  return id
}
const became = (id: string, expected: object) =>
  eventually(async () => expect((await shopper.order('GET', `/orders/${id}`)).body).toMatchObject(expected), {
    timeoutMs: 60_000,
  })

const command = (what: 'backup' | 'restore', database: ServiceName, ...args: string[]) =>
  toko(what, '--url-file', `${folder}/url`, '--database', database, ...args)
const backUp = async (database: ServiceName, out: string) =>
  (JSON.parse(await command('backup', database, '--out', `${folder}/${out}`, '--json')) as { folder: string }).folder

/** As docs/runbooks/restore-a-database.md says: the service does not run meanwhile. */
async function restore(database: ServiceName, from: string): Promise<void> {
  await shop.stop()
  await command('restore', database, '--from', from, '--replace')
  shop = await begin()
  shopper = await startShopper(shop, shopper.sku)
}

/** Rules that books at rest break, by the order that each violation names. */
async function broken(ids: readonly string[]): Promise<Record<string, string[]>> {
  const violations = violationsOf(await booksAtRest(shop))
  const others = violations.filter((each) => !ids.some((id) => each.includes(id)))
  const rulesOf = (id: string) => violations.filter((each) => each.includes(id)).map((each) => each.split(' ')[0]!)
  return { ...Object.fromEntries(ids.map((id) => [id, [...new Set(rulesOf(id))].toSorted()])), others }
}

describe('one database restored from its backup, the others not', { timeout: 600_000 }, () => {
  it('product: later orders have no reservation, which is reported; staff can pay them back; the backup of before mends all', async () => {
    const old = await paid()
    const backup = await backUp('product', 'product')
    const later = [await paid(), await paid()]
    expect(violationsOf(await booksAtRest(shop))).toEqual([])
    const today = await backUp('product', 'product-today')
    await restore('product', backup)
    expect(await broken([old, ...later])).toEqual({
      [old]: [],
      ...Object.fromEntries(later.map((id) => [id, ['I12', 'I6', 'I9']])),
      others: [],
    })
    const body = { reason: 'its goods are not there' }
    const key = `refund-${later[0]}`
    expect((await shopper.order('POST', `/orders/${later[0]}/refunds`, { by: 'staff', key, body })).status).toBe(201)
    await became(later[0]!, { status: 'confirmed', paymentStatus: 'refunded' })
    await restore('product', today)
    await paid()
    expect(violationsOf(await booksAtRest(shop))).toEqual([])
  })

  it('order: later orders are unknown, their stock and money stay and are reported; the backup of before brings them back', async () => {
    const old = await paid()
    const backup = await backUp('order', 'order')
    const later = [await paid(), await paid()]
    const sound = await booksAtRest(shop)
    const today = await backUp('order', 'today')
    await restore('order', backup)
    await became(old, { status: 'confirmed', paymentStatus: 'paid' })
    for (const id of later) expect((await shopper.order('GET', `/orders/${id}`)).status).toBe(404)
    const found = await broken([old, ...later])
    expect(found).toMatchObject({ [old]: [], others: [] })
    for (const id of later) expect(found[id]).toContain('I7')
    const { reservations, payments } = await booksAtRest(shop)
    expect({ reservations, payments }).toEqual({ reservations: sound.reservations, payments: sound.payments })
    await restore('order', today)
    await paid()
    expect(violationsOf(await booksAtRest(shop))).toEqual([])
  })

  it('user: later accounts are gone, everybody else signs in and orders', async () => {
    const accounts = () => withMongod(set.nodes[0]!.port, 'user', (db) => db.collection('users').countDocuments())
    const backup = await backUp('user', 'user')
    const before = await accounts()
    const late = await fetch(`${shop.urls.user}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'late@toko.test', password: 'a long enough pass phrase', name: 'Late' }),
    })
    expect([late.status, await accounts()]).toEqual([202, before + 1])
    await restore('user', backup)
    expect(await accounts()).toBe(before)
    await paid()
    expect(violationsOf(await booksAtRest(shop))).toEqual([])
  })
})
