import { rmSync } from 'node:fs'
import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { command, withMongod } from '../support/mongo-command.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { type OrderProcess, startOrderProcess } from '../support/order-process.ts'
import { type ReplicaSet, startReplicaSet, testCommands } from '../support/replica-set.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('index-job')
const failPoint = 'hangAfterStartingIndexBuild'
const unique = ['one_order_per_cart', 'one_order_per_key', 'one_order_per_number']
const processes: OrderProcess[] = []
let set: ReplicaSet
let whole: string[]

beforeAll(async () => {
  set = await startReplicaSet({ binary: await mongodBinary(), folder, count: 1, extra: testCommands })
  const first = await started()
  await first.whenReady()
  whole = await indexes()
  await end(first)
})
afterEach(async () => {
  await set.heal()
  await hang('off')
  for (const each of processes.splice(0)) await end(each)
})
afterAll(async () => {
  await set?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const port = () => set.nodes[0]!.port
const hang = (mode: 'alwaysOn' | 'off') => command(port(), { configureFailPoint: failPoint, mode })

async function started(): Promise<OrderProcess> {
  const made = await startOrderProcess(set.url)
  processes.push(made)
  return made
}
async function end(each: OrderProcess): Promise<void> {
  each.kill('SIGKILL')
  await each.exited
}

/** Every index of the order service that is finished, as the server tells it. */
const indexes = () =>
  withMongod(port(), 'order', async (db) => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)
    const found = await Promise.all(
      names.map(async (name) => {
        const list = await db.collection(name).listIndexes().toArray()
        return list.filter((each) => !('buildUUID' in each)).map((each) => `${name} ${JSON.stringify(each)}`)
      }),
    )
    return found.flat().toSorted()
  })

/** A database as it was before the service had these indexes, with orders enough to build them over. */
const withoutIndexes = (documents: readonly object[]) =>
  withMongod(port(), 'order', async (db) => {
    await db.dropDatabase()
    await db.collection('orders').insertMany([...documents])
  })
const order = (n: number) => ({ userId: `usr_${n}`, idemKey: `key-${n}`, cartId: `crt_${n}`, number: `N${n}` })
const orders = Array.from({ length: 200 }, (_, n) => order(n))

const building = () =>
  eventually(
    async () => {
      const { inprog } = await command(port(), { currentOp: 1, 'command.createIndexes': 'orders' })
      expect(inprog.length).toBeGreaterThan(0)
    },
    { timeoutMs: 60_000 },
  )

describe('47: the job that builds the indexes', { timeout: 180_000 }, () => {
  it('is finished by the next start when it is killed in the middle', async () => {
    await withoutIndexes(orders)
    await hang('alwaysOn')
    const killed = await started()
    await building()
    await end(killed)
    expect(await indexes()).not.toEqual(whole)
    const next = await started()
    await hang('off')
    await next.whenReady()
    expect(await indexes()).toEqual(whole)
  })

  it('waits for another that is at it, and both are ready with the same indexes', async () => {
    await withoutIndexes(orders)
    await hang('alwaysOn')
    const both = [await started(), await started()]
    await building()
    await eventually(
      async () => {
        const { inprog } = await command(port(), { currentOp: 1, 'command.createIndexes': { $exists: true } })
        expect(inprog.length).toBeGreaterThan(1)
      },
      { timeoutMs: 60_000 },
    )
    expect(both.every((each) => each.isRunning())).toBe(true)
    await hang('off')
    await Promise.all(both.map((each) => each.whenReady()))
    expect(await indexes()).toEqual(whole)
  })

  it('outlives a mongod that is killed in the middle', async () => {
    await withoutIndexes(orders)
    await hang('alwaysOn')
    const waiting = await started()
    await building()
    await set.nodes[0]!.end('SIGKILL')
    await set.heal()
    await Promise.race([waiting.whenReady(), waiting.exited])
    // A deployment starts again what ended.
    const last = waiting.isRunning() ? waiting : await started()
    await last.whenReady()
    expect(await indexes()).toEqual(whole)
  })

  it.each(unique)(
    'ends with one clear line where documents repeat a value of %s, and changes nothing',
    async (index) => {
      const field = { one_order_per_cart: 'cartId', one_order_per_key: 'idemKey', one_order_per_number: 'number' }[
        index
      ]!
      const twin = { ...order(1_000_000), [field]: order(7)[field as 'cartId'], userId: order(7).userId }
      const documents = [...orders, twin]
      await withoutIndexes(documents)
      const refused = await started()
      expect(
        await Promise.race([
          refused.exited,
          refused.whenReady().then(
            () => 'ready',
            () => refused.exited,
          ),
        ]),
      ).toBe(1)
      const lines = refused.output().trim().split('\n')
      expect(lines).toEqual([`orders: index ${index} can't be unique, existing documents repeat a value`])
      expect(await withMongod(port(), 'order', (db) => db.collection('orders').countDocuments({}))).toBe(
        documents.length,
      )

      await withMongod(port(), 'order', (db) =>
        db.collection('orders').deleteOne({ number: twin.number, cartId: twin.cartId, idemKey: twin.idemKey }),
      )
      const next = await started()
      await next.whenReady()
      expect(await indexes()).toEqual(whole)
    },
  )
})
