import { seedAccounts } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMetric } from '../support/metric.ts'
import { type Shopper, startShopper } from '../support/shopper.ts'
import { type LoadedShop, startLoadedShop } from './loaded-shop.ts'

const orders = 30
let under: LoadedShop
let shopper: Shopper

beforeAll(async () => {
  under = await startLoadedShop({ env: { ORDER_CALLS: 'rpc', USER_CALLS: 'rpc', ORDER_MAX_UNPAID_PER_USER: '1000' } })
  const { connection, shop } = under
  const { accounts } = await seedAccounts(connection, shop.folder)
  shopper = await startShopper({ urls: shop.urls, connection, customer: accounts.customer })
}, 240_000)
afterAll(async () => {
  await under.stop()
}, 240_000)

describe('a shop whose services call by RPC', { timeout: 120_000 }, () => {
  it('32: takes orders while the product service is stopped, leaves it alone, and finishes them when it goes on', async () => {
    const [product] = under.replicasOf('product')
    const [order] = under.replicasOf('order')
    const healthy = await shopper.place(await shopper.newCart(), { waitS: 2 })
    expect(healthy).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    const carts: string[] = []
    while (carts.length < orders) carts.push(await shopper.newCart())

    expect(product!.pause()).toBe(true)
    const answers = await Promise.all(carts.map((cart) => shopper.place(cart)))
    const breaker = () => readMetric(order!.adminUrl, 'toko_breaker_state', 'target="product-service"')
    // Calls of the time before weigh against it for 10 s; carts go on asking for prices meanwhile.
    await eventually(
      async () => {
        const views = await Promise.all(carts.slice(0, 10).map((cart) => shopper.order('GET', `/carts/${cart}`)))
        expect(views.map(({ status }) => status)).toEqual(views.map(() => 200))
        expect(await breaker()).toBe(2)
      },
      { timeoutMs: 40_000 },
    )
    product!.resume()

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(3_200)
    for (const { body } of answers)
      await eventually(
        async () => {
          const { body: found } = await shopper.order('GET', `/orders/${body.id}`)
          expect(found).toMatchObject({ status: 'confirmed' })
        },
        { timeoutMs: 60_000, everyMs: 200 },
      )
    // Messages may have finished all orders without a call: somebody has to ask before the breaker can learn.
    await eventually(
      async () => {
        await shopper.newCart()
        expect(await breaker()).toBe(0)
      },
      { timeoutMs: 20_000, everyMs: 200 },
    )
    await eventually(async () => expect(await under.faultsInBooks()).toEqual([]), { timeoutMs: 20_000 })
    // called, given up, and asked for by message: each order holds its unit once
    expect(await shopper.stock()).toMatchObject({ reserved: orders + 1 })
  })
})
