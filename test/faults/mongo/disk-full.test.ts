import { rmSync } from 'node:fs'
import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { booksAtRest, violationsOf } from '../support/at-rest.ts'
import { readMetric } from '../support/metric.ts'
import { command } from '../support/mongo-command.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../support/one-shop.ts'
import { type ReplicaSet, startReplicaSet, testCommands } from '../support/replica-set.ts'
import { type Shopper, startShopper } from '../support/shopper.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('disk-full')
let disk: SmallDisk
let set: ReplicaSet
let shop: OneShop
let shopper: Shopper

beforeAll(async () => {
  const binary = await mongodBinary()
  disk = await smallDisk(`${folder}/order/node-0`, 360) // 300 of it are journal files that mongod makes at its start
  // A checkpoint each second: by default a full disk is noticed after a minute.
  const extra = ['--syncdelay', '1', ...testCommands]
  set = await startReplicaSet({ binary, folder: `${folder}/order`, count: 1, within: disk.within, extra })
  shop = await startOneShop({ folder, mongodBinary: binary, env: { ORDER_MONGO_URL: set.url } })
  shopper = await startShopper(shop)
}, 180_000)
afterEach(async () => {
  disk.free()
  await set.heal()
})
afterAll(async () => {
  await shop?.stop()
  await set?.stop()
  disk?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const readyz = async () => (await fetch(`${shop.adminUrls.order}/readyz`)).status
const refused = () =>
  readMetric(shop.adminUrls.order, 'http_server_request_duration_seconds_count', '"503"', '"/orders"', '"POST"')

const lastErrors = (of: OneShop) => of.log().split('\n').filter(isError).slice(-5).join('\n')
const isError = (line: string) => line.includes('"level":"error"')

describe('17: a disk that is full', { timeout: 180_000 }, () => {
  it('ends mongod: 503 and not ready until there is room again, and everything acknowledged is there', async () => {
    const ids = [await shopper.placed(await shopper.newCart(), { waitS: 2 })]
    const carts = [await shopper.newCart(), await shopper.newCart(), await shopper.newCart()]
    disk.fill()
    const answers: (string | number | null)[] = []
    await eventually(
      async () => {
        const { status, body } = await shopper.place(carts[0]!)
        answers.push(status === 503 ? body.code : status)
        if (status !== null && status < 300) ids.push(body.id)
        expect(set.nodes[0]!.pid, 'mongod goes on without a disk').toBeUndefined()
      },
      { timeoutMs: 60_000 },
    )
    const told = await Promise.all(carts.map((cart) => shopper.place(cart)))
    const read = await shopper.order('GET', `/orders/${ids[0]}`)
    expect([...told, read].map(({ status, body }) => `${status} ${body.code}`)).toEqual(
      Array.from({ length: 4 }, () => '503 dependency-unavailable'),
    )
    const unexpected = answers.filter((answer) => ![200, 201, 202, 'dependency-unavailable'].includes(answer!))
    expect(unexpected, lastErrors(shop)).toEqual([])
    expect(await readyz()).toBe(503)
    expect(await refused()).toBeGreaterThanOrEqual(3)

    // As a supervisor does: recovery makes some room, so it may run for a while.
    await set.nodes[0]!.start().catch(() => {})
    const again = await Promise.all(carts.map((cart) => shopper.place(cart)))
    for (const { status, body } of again) {
      expect([200, 201, 202, 503]).toContain(status)
      if (status !== 503) ids.push(body.id)
    }

    disk.free()
    await set.heal()
    for (const cart of carts) ids.push(await shopper.placed(cart))
    await eventually(async () => expect(await readyz()).toBe(200))
    const books = await booksAtRest(shop)
    expect(books.orders.map(({ id }) => id).toSorted()).toEqual([...new Set(ids)].toSorted())
    expect(violationsOf(books)).toEqual([])
  })
})

/** What a member answers instead of working: while it is not primary, goes down, catches up, or has no room (8, 14031). */
const codes = [6, 7, 8, 50, 89, 91, 134, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436, 14_031]

describe('a mongod that says that it cannot', { timeout: 120_000 }, () => {
  it.each(codes)('with code %i: 503, and never an error of ours', async (errorCode) => {
    const cart = await shopper.newCart()
    const id = await shopper.placed(await shopper.newCart())
    const { port } = set.nodes[0]!
    const failing = (failCommands: string[]) => ({
      configureFailPoint: 'failCommand',
      mode: 'alwaysOn',
      data: { errorCode, failCommands, appName: 'toko-order' },
    })
    await command(port, failing(['find']))
    const read = await shopper.order('GET', `/orders/${id}`)
    await command(port, failing(['insert']))
    const written = await shopper.place(cart)
    await command(port, { configureFailPoint: 'failCommand', mode: 'off' })
    expect([read, written].map(({ status, body }) => `${status} ${body.code}`)).toEqual([
      '503 dependency-unavailable',
      '503 dependency-unavailable',
    ])
    expect(await shopper.placed(cart)).toMatch(/^ord_/)
  })
})
