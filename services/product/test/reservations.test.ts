import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectConsistent, newSku, type ProductUnderTest, startProduct, times } from './harness.ts'

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

const answersTo = (orderId: string) => product.heard.filter((each) => each.subject === orderId).map(({ type }) => type)

describe('races over HTTP', () => {
  it('200 buyers of 10 units: exactly 10 held, 190 released for lack of stock, no error', async () => {
    const sku = newSku()
    await product.sell([sku], 10)
    const answers = await times(200, () => product.reserve(newId('ord'), [sku]))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    const outcomes = answers.map(({ body }) => `${body.status} ${body.reason ?? ''}`.trim())
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === 'released insufficient-stock')).toHaveLength(190)
    await eventually(async () =>
      expect(await product.reservations.countDocuments({ outboxAt: { $exists: true } })).toBe(0),
    )
  })

  it('one order 50 times at once: one reservation, one hold, the same answer', async () => {
    const sku = newSku()
    await product.sell([sku], 3)
    const orderId = newId('ord')
    const answers = await times(50, () => product.reserve(orderId, [sku], 2))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers[0]!.body.status).toBe('held')
    expect(await product.stock.findOne({ _id: sku })).toMatchObject({ onHand: 3, available: 1, reserved: 2 })
  })

  it('orders of two SKUs in both orders never block or leak', async () => {
    const [a, b] = [newSku(), newSku()]
    await product.sell([a, b], 12)
    const answers = await times(40, (i) => product.reserve(newId('ord'), i % 2 === 0 ? [a, b] : [b, a]))
    expect(answers.filter(({ body }) => body.status === 'held')).toHaveLength(12)
    expect(await product.stock.findOne({ _id: a })).toMatchObject({ available: 0, reserved: 12 })
    expect(await product.stock.findOne({ _id: b })).toMatchObject({ available: 0, reserved: 12 })
  })

  it('reserve against release of the same order: whoever wins, nothing leaks', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    const ids = Array.from({ length: 30 }, () => newId('ord'))
    await times(90, (i) =>
      i % 3 === 1 ? product.setState(ids[i % 30]!, 'released') : product.reserve(ids[i % 30]!, [sku], 2),
    )
    await times(30, (i) => product.setState(ids[i]!, 'released'))
    expect(await product.stock.findOne({ _id: sku })).toMatchObject({ onHand: 5, available: 5, reserved: 0 })
  })
})

describe('a reservation', () => {
  it('copies prices and words, adds up lines with one SKU (S9) and sorts them', async () => {
    const [a, b] = [newSku(), newSku()].toSorted() as [string, string]
    const sold = await product.sell([b, a], 5)
    const orderId = newId('ord')
    const lines = [b, a, b].map((sku) => ({ sku, quantity: 2 }))
    const answer = await product.call(
      'PUT',
      `/internal/reservations/${orderId}`,
      { currency: 'IDR', lines },
      { as: 'order' },
    )
    expect(answer).toMatchObject({
      status: 201,
      body: {
        orderId,
        status: 'held',
        lines: [
          { sku: a, quantity: 2, unitPriceMinor: 12_500, productId: sold.id, title: sold.title },
          { sku: b, quantity: 4, unitPriceMinor: 12_500, image: `/images/${sold.id}.svg` },
        ],
      },
    })
    const variant = await product.call(
      'PATCH',
      `/variants/${a}`,
      { price: { amount: 1, currency: 'IDR' } },
      {
        headers: { 'if-match': `"${(await product.call('GET', `/products/${sold.id}`)).body.version}"` },
      },
    )
    expect(variant.body.price.amount).toBe(1)
    expect((await product.reservation(orderId)).lines[0]!.unitPriceMinor).toBe(12_500)
    await eventually(() => expect(answersTo(orderId)).toEqual(['stock_reserved']))
  })

  it('refuses other lines under the same order', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    const orderId = newId('ord')
    await product.reserve(orderId, [sku], 1)
    const other = await product.reserve(orderId, [sku], 2)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  it('names every shortage and gives back what it had taken', async () => {
    const [a, b, c] = [newSku(), newSku(), newSku()].toSorted() as [string, string, string]
    await product.sell([a], 5)
    await product.sell([b], 1)
    await product.sell([c], 0)
    const orderId = newId('ord')
    expect((await product.reserve(orderId, [c, a, b], 2)).body).toMatchObject({
      status: 'released',
      reason: 'insufficient-stock',
      lines: [],
      shortages: [
        { sku: b, requested: 2, available: 1 },
        { sku: c, requested: 2, available: 0 },
      ],
    })
    expect(await product.stock.findOne({ _id: a })).toMatchObject({ available: 5, reserved: 0 })
    await eventually(() => expect(answersTo(orderId)).toEqual(['stock_rejected']))
  })

  it.each([
    ['unknown', async () => newSku()],
    [
      'in another currency',
      async (sku: string) =>
        void (await product.sell([sku], 5, { variants: [{ sku, price: { amount: 1, currency: 'EUR' } }] })),
    ],
    [
      'a draft',
      async (sku: string) => {
        const { id } = await product.sell([sku], 5)
        await product.call('DELETE', `/products/${id}/publications`)
      },
    ],
    [
      'archived',
      async (sku: string) => {
        const { id, version } = await product.sell([sku], 5)
        await eventually(async () => {
          const { body } = await product.call('GET', `/products/${id}`)
          const answer = await product.call('DELETE', `/products/${id}`, undefined, {
            headers: { 'if-match': `"${body.version}"` },
          })
          expect([answer.status, version > 0]).toEqual([204, true])
        })
      },
    ],
  ])('is unavailable for a SKU that is %s', async (_what, prepare) => {
    const sku = newSku()
    await prepare(sku)
    const orderId = newId('ord')
    expect((await product.reserve(orderId, [sku])).body).toMatchObject({ status: 'released', reason: 'unavailable' })
    await eventually(() => expect(answersTo(orderId)).toEqual(['stock_rejected']))
  })

  it('goes held → allocated, and then no release touches it', async () => {
    const sku = newSku()
    await product.sell([sku], 2)
    const orderId = newId('ord')
    await product.reserve(orderId, [sku])
    expect((await product.setState(orderId, 'allocated')).body.status).toBe('allocated')
    // Nothing is left for a sweeper.
    expect((await product.reservations.findOne({ _id: orderId }))!.nextAttemptAt).toBeUndefined()
    expect((await product.setState(orderId, 'allocated')).status).toBe(200)
    expect(await product.setState(orderId, 'released')).toMatchObject({
      status: 409,
      body: { code: 'illegal-transition', status: 409 },
    })
    expect((await product.reserve(orderId, [sku])).body.status).toBe('allocated')
    expect(await product.metrics.render()).toMatch(
      /toko_reservation_alerts_total\{[^}]*kind="release-refused"[^}]*\} [1-9]/,
    )
    await eventually(() => expect(answersTo(orderId)).toEqual(['stock_reserved', 'stock_allocated']))
  })

  it('that was released is not allocated: an alert and the state as it is', async () => {
    const sku = newSku()
    await product.sell([sku], 2)
    const orderId = newId('ord')
    await product.reserve(orderId, [sku])
    await product.setState(orderId, 'released')
    expect(await product.setState(orderId, 'allocated')).toMatchObject({ status: 200, body: { status: 'released' } })
    expect((await product.setState(newId('ord'), 'allocated')).status).toBe(404)
    expect(await product.metrics.render()).toMatch(/kind="not-allocated"[^}]*\} [1-9]/)
  })

  it('released before it was reserved leaves a tombstone: the late Reserve holds nothing (R6)', async () => {
    const sku = newSku()
    await product.sell([sku], 2)
    const orderId = newId('ord')
    expect(await product.setState(orderId, 'released')).toMatchObject({ status: 201, body: { status: 'released' } })
    expect(await product.setState(orderId, 'released')).toMatchObject({ status: 200 })
    expect((await product.reserve(orderId, [sku])).body).toMatchObject({ status: 'released', reason: 'order-ended' })
    expect(await product.stock.findOne({ _id: sku })).toMatchObject({ available: 2, entries: [] })
  })
})
