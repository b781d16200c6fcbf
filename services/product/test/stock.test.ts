import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { expectConsistent, newKey, newSku, type ProductUnderTest, startProduct, times } from './harness.ts'

let product: ProductUnderTest

beforeAll(async () => {
  product = await startProduct()
})
afterEach(async () => {
  await eventually(() => expectConsistent(product))
})
afterAll(async () => {
  await product.stop()
})

async function made(units = 0): Promise<string> {
  const sku = newSku()
  await product.sell([sku], units)
  return sku
}

describe('adjustments', () => {
  it('are movements with a number, and the balance follows', async () => {
    const sku = await made()
    const first = await product.adjust(sku, { setTo: 10, reason: 'count' })
    expect(first).toMatchObject({ status: 201, body: { sku, seq: 1, delta: 10, onHand: 10, reason: 'count' } })
    expect((await product.adjust(sku, { delta: -3 })).body).toMatchObject({ seq: 2, delta: -3, onHand: 7 })
    const stock = await product.call('GET', `/stock/${sku}`)
    expect(stock.body).toMatchObject({ sku, onHand: 7, available: 7, reserved: 0 })
    expect(stock.headers.get('etag')).toBe(`"${stock.body.version}"`)
  })

  it('need a key; one key makes one movement, 30 times at once and later, and only with its own body', async () => {
    const sku = await made()
    expect((await product.call('POST', `/stock/${sku}/adjustments`, { delta: 1, reason: 'x' })).body.code).toBe(
      'idempotency-key-missing',
    )
    const key = newKey()
    const answers = await times(30, () => product.adjust(sku, { delta: 5 }, key))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    await eventually(async () => expect(await product.movements.countDocuments({ sku })).toBe(1))
    expect((await product.adjust(sku, { delta: 5 }, key)).body.id).toBe(answers[0]!.body.id)
    expect((await product.adjust(sku, { delta: 6 }, key)).body.code).toBe('idempotency-key-reused')
    expect((await product.adjust(sku, { delta: 5, reason: 'other' }, key)).status).toBe(422)
    expect((await product.call('GET', `/stock/${sku}`)).body.onHand).toBe(5)
  })

  it('of 40 people at once all count, without a gap in the numbers', async () => {
    const sku = await made()
    const answers = await times(40, (i) =>
      product.insist((key) => product.adjust(sku, { delta: i % 4 === 3 ? -1 : 2 }, key)),
    )
    const done = answers.filter(({ status }) => status === 201)
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
    const sum = done.reduce((total, { body }) => total + body.delta, 0)
    expect((await product.call('GET', `/stock/${sku}`)).body.onHand).toBe(sum)
    expect(done.map(({ body }) => body.seq).toSorted((a, b) => a - b)).toEqual(done.map((_, i) => i + 1))
  })

  it('at two replicas are one ledger, and one key is one movement', async () => {
    const other = await startProduct({}, { database: product.config.mongoDatabase })
    const sku = await made()
    const key = newKey()
    const twice = await times(20, (i) =>
      product.insist(() => (i % 2 ? product : other).adjust(sku, { delta: 100 }, key)),
    )
    const actors = new Set(twice.map(({ body }) => body.actor))
    expect(new Set(twice.map(({ body }) => body.id)).size).toBe(actors.size)
    await times(24, (i) => product.insist((own) => (i % 2 ? product : other).adjust(sku, { delta: 1 }, own)))
    expect((await product.call('GET', `/stock/${sku}`)).body.onHand).toBe(100 * actors.size + 24)
    await eventually(() => expectConsistent(product))
    await other.stop()
  })

  it('never take what is reserved', async () => {
    const sku = await made(5)
    await product.reserve(newId('ord'), [sku], 3)
    for (const body of [{ delta: -3 }, { setTo: 2 }])
      expect((await product.adjust(sku, body)).body).toMatchObject({ code: 'conflict', onHand: 5, available: 2 })
    expect((await product.adjust(sku, { setTo: 3 })).body).toMatchObject({ delta: -2, onHand: 3 })
  })

  it('with an expectation happen only if it holds', async () => {
    const sku = await made(5)
    const raced = await times(8, () => product.adjust(sku, { delta: 1, expectedOnHand: 5 }))
    expect(raced.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
  })

  it('against holds: the sum is exact', async () => {
    const sku = await made(20)
    await times(60, async (i) =>
      i % 3 === 0 ? product.adjust(sku, { delta: i % 2 === 0 ? 1 : -1 }) : product.reserve(newId('ord'), [sku]),
    )
    const stock = (await product.stock.findOne({ _id: sku }))!
    expect(stock.onHand).toBe(stock.available + stock.reserved)
  })

  it('refuse both and neither of delta and setTo, and an unknown SKU', async () => {
    const sku = await made()
    for (const body of [{}, { delta: 1, setTo: 1 }, { delta: 0.5 }, { setTo: -1 }, { delta: '1' }])
      expect((await product.adjust(sku, body)).status).toBe(400)
    expect((await product.adjust(newSku(), { delta: 1 })).status).toBe(404)
    expect((await product.call('GET', `/stock/${newSku()}`)).status).toBe(404)
  })
})

describe('reads', () => {
  it('give several SKUs at once and name those without stock', async () => {
    const [a, b] = [await made(2), await made(3)]
    const { body } = await product.call('GET', `/stock?sku=${b},NO-1,${a}`)
    expect(body).toMatchObject({
      items: [
        { sku: b, onHand: 3 },
        { sku: a, onHand: 2 },
      ],
      missing: ['NO-1'],
    })
  })

  it('page through the ledger', async () => {
    const sku = await made()
    for (let i = 1; i <= 5; i++) await product.adjust(sku, { delta: i })
    await eventually(async () => expect(await product.movements.countDocuments({ sku })).toBe(5))
    const found: number[] = []
    for (let cursor = ''; ;) {
      const { body } = await product.call('GET', `/stock/${sku}/movements?limit=2${cursor}`)
      found.push(...body.items.map(({ delta }: { delta: number }) => delta))
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
      expect((await product.call('GET', `/stock/NO-1/movements?limit=2${cursor}`)).body.code).toBe('cursor-invalid')
    }
    expect(found).toEqual([1, 2, 3, 4, 5])
  })
})

describe('the ledger', () => {
  it('is filled by the sweeper when a replica died between the write and the copy, or in the middle of it', async () => {
    const sku = await made(4)
    await eventually(async () => expect(await product.movements.countDocuments({ sku })).toBe(1))
    const [row] = await product.movements.find({ sku }).toArray()
    const { _id: id, sku: _sku, ...rest } = row!
    // Died after copying, before forgetting; and another movement that was never copied.
    const second = { ...rest, id: newId('mov'), seq: 2, delta: 1, onHand: 5, key: 'actor key-of-the-second' }
    await product.stock.updateOne(
      { _id: sku },
      { $set: { pending: [{ id, ...rest }, second], pendingAt: 1, onHand: 5, available: 5, seq: 2 } },
    )
    await eventually(async () => expect((await product.stock.findOne({ _id: sku }))!.pendingAt).toBeUndefined())
    expect(await product.movements.countDocuments({ sku })).toBe(2)
  })
})
