import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { newId } from '@toko/contracts'
import { eventually, testMongoUrl } from '@toko/testkit'
import { expect, it } from 'vitest'
import { mongoImportStore } from '../src/store/mongo-import-store.ts'
import { expectConsistent, fromOrderSecret, newDatabaseName, newSku, startProduct } from './harness.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The stand-alone process on free ports, with a lease short enough to wait for. */
function startProcess(database: string) {
  return spawn(process.execPath, [main], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      PRODUCT_PORT: '0',
      PRODUCT_ADMIN_PORT: '0',
      PRODUCT_MONGO_URL: testMongoUrl(),
      PRODUCT_MONGO_DATABASE: database,
      PRODUCT_MONGO_TIMEOUT_MS: '5000',
      PRODUCT_FROM_ORDER_SECRET: fromOrderSecret,
      PRODUCT_JWKS_URL: 'http://127.0.0.1:9/unused',
      PRODUCT_SWEEP_EVERY_MS: '50',
      PRODUCT_IMPORT_BATCH: '7',
      PRODUCT_IMPORT_LEASE_MS: '1500',
    },
  })
}

it('an import whose process gets SIGKILL in the middle is finished by another, every row with one effect', async () => {
  const database = newDatabaseName()
  const survivor = await startProduct(
    { PRODUCT_IMPORT_LEASE_MS: '1500', PRODUCT_SWEEP_EVERY_MS: '3600000' },
    { database },
  )
  const skus = Array.from({ length: 240 }, () => newSku())
  const text = ['sku,title,price,currency,stock', ...skus.map((sku, i) => `${sku},Thing,10,IDR,${i}`)].join('\n')
  const _id = newId('imp')
  await mongoImportStore(survivor.imports).insert({ _id, actor: newId('usr'), text, rows: 240 }, Date.now())
  const progress = async () => (await survivor.imports.findOne({ _id }))!
  for (const from of [1, 80]) {
    const child = startProcess(database)
    const ended = once(child, 'exit')
    await eventually(async () => expect((await progress()).done).toBeGreaterThanOrEqual(from))
    child.kill('SIGKILL')
    expect((await ended)[1]).toBe('SIGKILL')
    // It was in the middle, or this test shows nothing.
    expect(await progress()).toMatchObject({ status: 'running' })
    expect((await progress()).done).toBeLessThan(240)
  }
  await survivor.stop()
  const last = await startProduct({}, { database })
  await eventually(async () => {
    const { body } = await last.call('GET', `/product-imports/${_id}`)
    expect(body).toMatchObject({ status: 'finished', done: 240, failed: 0 })
    expect(body.created + body.updated).toBe(240)
  })
  expect(await last.products.countDocuments()).toBe(240)
  const stocks = new Map((await last.stock.find().toArray()).map(({ _id: sku, onHand, seq }) => [sku, [onHand, seq]]))
  expect(skus.map((sku) => stocks.get(sku))).toEqual(skus.map((_, i) => [i, 1]))
  await eventually(() => expectConsistent(last), { timeoutMs: 20_000 })
  await last.stop()
}, 90_000)
