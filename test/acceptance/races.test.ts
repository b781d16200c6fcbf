import { beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { newKey, ok } from './client.ts'
import { newCart, newProduct, order, stockOf } from './goods.ts'
import { newCustomers, type Person, staffToken } from './people.ts'

/** How often each race is run: `RACES=20 make test only=races` for the claim of 20 of 20. */
const times = Number(process.env['RACES'] ?? 2)
const units = 10
let staff: string
let buyers: Person[]

beforeAll(async () => {
  staff = await staffToken()
  buyers = await newCustomers(staff, 200)
})

const rounds = Array.from({ length: times }, (_, n) => n + 1)

describe('races', { retry: 0 }, () => {
  it.each(rounds)('50 parallel orders with one key are one order (round %i)', async () => {
    const { sku } = await newProduct(staff, 50)
    const [buyer] = buyers
    const cartId = await newCart(buyer!.token, sku)
    const key = newKey()
    const answers = await Promise.all(Array.from({ length: 50 }, () => order(buyer!.token, { cartId, key })))
    const refused = answers.filter(({ status }) => status !== 201 && status !== 202)
    expect(refused.map(({ status, body }) => ({ status, body }))).toEqual([])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    await eventually(async () => expect(await stockOf(staff, sku)).toMatchObject({ available: 49, reserved: 1 }))
  })

  it.each(rounds)(
    '200 buyers of 10 units: exactly 10 confirmed, 190 refused (round %i)',
    async () => {
      const { sku } = await newProduct(staff, units)
      const carts = await inBatches(buyers, (buyer) => newCart(buyer.token, sku))
      const answers = await Promise.all(
        buyers.map((buyer, n) => order(buyer.token, { cartId: carts[n]!, key: newKey(), wait: 3 })),
      )
      expect(answers.filter(({ status }) => status >= 500)).toEqual([])
      const ids = answers.map(({ body }) => (body.id ?? body.orderId) as string)
      const ends = await eventually(
        async () => {
          const orders = await inBatches(buyers, (buyer, n) =>
            ok('order', `GET /orders/${ids[n]}`, { token: buyer.token }),
          )
          const statuses = orders.map(({ status }) => status as string)
          expect(statuses.filter((status) => status !== 'confirmed' && status !== 'rejected')).toEqual([])
          return statuses
        },
        { timeoutMs: 60_000, everyMs: 500 },
      )
      expect(ends.filter((status) => status === 'confirmed')).toHaveLength(units)
      expect(await stockOf(staff, sku)).toMatchObject({ onHand: units, available: 0, reserved: units })
    },
    120_000,
  )
})

/** 20 at a time. */
async function inBatches<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let i = 0; i < items.length; i += 20)
    results.push(...(await Promise.all(items.slice(i, i + 20).map((item, n) => work(item, i + n)))))
  return results
}
