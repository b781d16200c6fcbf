import { randomUUID } from 'node:crypto'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { booksAtRest, violationsOf } from '../../faults/support/at-rest.ts'
import { type Shopper, startShopper } from '../../faults/support/shopper.ts'
import { runJob } from '../support/jobs.ts'
import { scale } from '../support/kubectl.ts'
import { settledPods } from '../support/pods.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

let shop: KindShop
let shopper: Shopper
beforeAll(async () => {
  await settledPods()
  shop = kindShop()
  shopper = await startShopper(shop)
})
afterAll(() => shop.connection.close())

const suffix = () => randomUUID().slice(0, 6)

async function paid(): Promise<string> {
  const id = await shopper.placed(await shopper.newCart(), { waitS: 2 })
  await eventually(async () => expect(await statusOf(id)).toEqual([200, 'confirmed', 'paid']), { timeoutMs: 120_000 })
  return id
}
async function statusOf(id: string) {
  const { status, body } = await shopper.order('GET', `/orders/${id}`)
  return [status, body.status, body.paymentStatus]
}

/** The folder in which the job says that it wrote. */
async function backedUp(): Promise<string> {
  const printed = await runJob('order-mongodb-backup', `backup-${suffix()}`)
  return /^written to (\S+)$/m.exec(printed)![1]!
}

/** As docs/runbooks/restore-a-database.md says. */
async function restored(folder: string): Promise<string> {
  await scale('deployment/order-service', 0)
  try {
    return await runJob('order-mongodb-restore', `restore-${suffix()}`, { TOKO_RESTORE_FROM: folder })
  } finally {
    await scale('deployment/order-service', 1)
  }
}

describe('backup and restore of the order database', { timeout: 900_000 }, () => {
  it('brings orders back as they were; what the others know of later ones is reported, and nothing is done again', async () => {
    const old = [await paid(), await paid()]
    const before = await backedUp()
    const later = [await paid(), await paid()]
    const sound = await booksAtRest(shop, 240_000)
    expect(violationsOf(sound)).toEqual([])
    const today = await backedUp()

    const printed = await restored(before)
    expect(printed).toMatch(/^order as of \S+: \d+ documents$/m)
    expect(printed).toMatch(/in place of \d+ documents in \d+ collections/)
    for (const id of old) expect(await statusOf(id)).toEqual([200, 'confirmed', 'paid'])
    for (const id of later) expect((await statusOf(id))[0]).toBe(404)

    const books = await booksAtRest(shop, 240_000)
    const violations = violationsOf(books)
    for (const id of later) {
      expect(violations).toContain(`I7 ${id}: reserved, but there is no such order`)
      expect(violations.join('\n')).toMatch(new RegExp(`I7 ${id}:\\S+ known to the provider, no order has it`))
    }
    expect(violations.filter((each) => !later.some((id) => each.includes(id)))).toEqual([])
    expect(books.reservations).toEqual(sound.reservations)
    expect(books.payments).toEqual(sound.payments)

    await restored(today)
    for (const id of [...old, ...later]) expect(await statusOf(id)).toEqual([200, 'confirmed', 'paid'])
    await paid()
    expect(violationsOf(await booksAtRest(shop, 240_000))).toEqual([])
  })
})
