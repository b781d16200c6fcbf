import { eventually, fakeClock } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectConsistent, newDatabaseName, newSku, type ProductUnderTest, startProduct } from './harness.ts'

let product: ProductUnderTest

beforeAll(async () => {
  product = await startProduct()
  await product.call('POST', '/categories', { name: 'Tea' })
})
afterAll(async () => {
  await product.stop()
})

const header = 'sku,title,slug,category,tags,price,currency,options,stock,status'
const upload = (csv: string, under = product) =>
  under.call('POST', '/product-imports', csv, { headers: { 'content-type': 'text/csv' } })

async function finished(id: string, under = product) {
  return eventually(
    async () => {
      const { body } = await under.call('GET', `/product-imports/${id}`)
      expect(body.status).toBe('finished')
      return body
    },
    { timeoutMs: 60_000 },
  )
}

describe('an import', { timeout: 90_000 }, () => {
  it('makes, groups and updates products, and names the rows that failed by their lines', async () => {
    const [a, b, c] = [newSku(), newSku(), newSku()]
    const slug = `imported-${a.toLowerCase()}`
    const csv = [
      header,
      `${a},"Tea, green\n(two lines)",${slug},tea,fresh leaf,129000.50,IDR,size=L,12,published`,
      `${b},Tea,${slug},tea,,99000,IDR,size=S;colour=red,,published`,
      '',
      `${c},Bad price,,,,12.345,IDR,,,`,
      `${c},,,,,1,IDR,,,`,
      `bad sku,Title,,,,1,IDR,,,`,
      `${c},No category,,nowhere,,1,IDR,,,`,
      `${c},Bad stock,,,,1,IDR,,-4,`,
      `${c},Bad status,,,,1,IDR,,,gone`,
      `${c},Other currency,${slug},,,1,EUR,,,`,
      `${c},Too many,,,,1,IDR,,,,,,`,
      `${c},Fine,,,,1,IDR,,3,`,
    ].join('\r\n')
    const accepted = await upload(`\ufeff${csv}`)
    expect(accepted).toMatchObject({ status: 202, body: { status: 'queued', rows: 11, done: 0 } })
    expect(accepted.headers.get('location')).toBe(`/product-imports/${accepted.body.id}`)
    const done = await finished(accepted.body.id)
    expect(done).toMatchObject({ done: 11, created: 3, updated: 0, failed: 8 })
    expect(done.errors.map(({ line }: { line: number }) => line)).toEqual([6, 7, 8, 9, 10, 11, 12, 13])
    expect(done.errors[0]).toMatchObject({ sku: c, message: 'price: expected an amount like 1250.00' })
    const { body } = await product.call('GET', `/products?slug=${slug}`, undefined, { as: 'nobody' })
    expect(body.items[0]).toMatchObject({
      title: 'Tea, green\n(two lines)',
      tags: ['fresh', 'leaf'],
      variants: [
        { sku: a, price: { amount: 12_900_050 }, options: { size: 'L' } },
        { sku: b, options: { size: 'S', colour: 'red' } },
      ],
    })
    expect((await product.call('GET', `/stock/${a}`)).body.onHand).toBe(12)

    const second = await finished((await upload(`sku,title,price,currency,stock\n${a},Renamed,1,IDR,20`)).body.id)
    expect(second).toMatchObject({ created: 0, updated: 1, failed: 0 })
    const renamed = (await product.call('GET', `/products?slug=${slug}`)).body.items[0]
    expect(renamed).toMatchObject({
      title: 'Renamed',
      tags: ['fresh', 'leaf'],
      variants: [{ price: { amount: 100 } }, {}],
    })
    expect((await product.call('GET', `/stock/${a}`)).body.onHand).toBe(20)
    await eventually(() => expectConsistent(product))
  })

  it.each([
    ['no rows', header],
    ['a missing column', 'sku,title,price\nA-1,Tea,1'],
    ['an unknown column', `${header},role\nA-1,Tea`],
    ['a column twice', `${header},sku\nA-1,Tea`],
    ['an open quote', `${header}\nA-1,"Tea`],
    ['a quote in the middle', `${header}\nA-1,Te"a,,,,,,,,`],
    ['no CSV at all', '{"sku":"A-1"}'],
    ['too many rows', `${header}\n${'A-1,Tea,,,,1,IDR,,,\n'.repeat(20_001)}`],
  ])('is refused as a whole for %s', async (_what, csv) => {
    const answer = await upload(csv)
    expect([answer.status, answer.body.code]).toEqual([400, 'validation'])
    expect(answer.body.errors.length).toBeGreaterThan(0)
  })

  it('of more than 2 MB is too large', async () => {
    expect((await upload(`${header}\n${'x'.repeat(2 * 1024 * 1024)}`)).status).toBe(413)
  })

  it('goes on from any point a dead worker leaves, rows beyond the record included (the kill itself: import-kill.test.ts)', async () => {
    const clock = fakeClock()
    const database = newDatabaseName()
    const variables = { PRODUCT_IMPORT_BATCH: '5' }
    const skus = Array.from({ length: 40 }, () => newSku())
    const csv = ['sku,title,price,currency,stock', ...skus.map((sku, i) => `${sku},Thing ${i},10,IDR,${i}`)].join('\n')
    const first = await startProduct(variables, { clock, database })
    const { id } = (await upload(csv, first)).body
    await finished(id, first)
    await first.stop()
    const second = await startProduct(variables, { clock, database })
    // As a kill -9 leaves it: 23 rows had their effect, 20 are on record, the dead worker's lease still runs.
    const leaseMs = 30_000
    await second.imports.updateOne(
      { _id: id },
      { $set: { status: 'running', done: 20, created: 20, text: csv, nextAttemptAt: clock.now() + leaseMs } },
    )
    const gone = skus.slice(23)
    await second.products.deleteMany({ 'variants.sku': { $in: gone } })
    await second.stock.deleteMany({ _id: { $in: gone } })
    await second.movements.deleteMany({ sku: { $in: gone } })
    expect((await second.call('GET', `/product-imports/${id}`)).body).toMatchObject({ status: 'running', done: 20 })
    clock.advance(leaseMs + 1)
    expect(await finished(id, second)).toMatchObject({ done: 40, created: 37, updated: 3, failed: 0 })
    for (const [i, sku] of skus.entries()) {
      expect(await second.products.countDocuments({ 'variants.sku': sku })).toBe(1)
      expect(await second.stock.findOne({ _id: sku })).toMatchObject({ onHand: i, seq: 1 })
    }
    clock.advance(3000)
    await eventually(() => expectConsistent(second))
    await second.stop()
  })

  it('is stopped in the middle and goes on in another replica at once', async () => {
    const database = newDatabaseName()
    const variables = { PRODUCT_IMPORT_BATCH: '2' }
    const skus = Array.from({ length: 60 }, () => newSku())
    const csv = ['sku,title,price,currency,stock', ...skus.map((sku) => `${sku},Thing,10,IDR,1`)].join('\n')
    const first = await startProduct(variables, { database })
    const { id } = (await upload(csv, first)).body
    await eventually(async () => {
      const job = await first.imports.findOne({ _id: id })
      expect(job!.done).toBeGreaterThan(0)
    })
    await first.stop()
    const second = await startProduct(variables, { database })
    expect(await finished(id, second)).toMatchObject({ rows: 60, done: 60, failed: 0 })
    expect(await second.products.countDocuments({ 'variants.sku': { $in: skus } })).toBe(60)
    await eventually(() => expectConsistent(second))
    await second.stop()
  })
})
