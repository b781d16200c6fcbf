import { describe, expect, it } from 'vitest'
import { shopOfPaidOrders } from './paid-orders.ts'

const { paidOrder, people, settled, shippedOrder, shop } = shopOfPaidOrders()

describe('what is counted', () => {
  it('ends a placement once, and counts refunds and shipments', async () => {
    const value = async (series: string) =>
      Number(
        new RegExp(`^${series.replace('{', String.raw`\{[^}]*`)}.* (\\d+)$`, 'm').exec(await shop().metrics())?.[1],
      )
    const read = () =>
      Promise.all(
        [
          'toko_orders_final_total{status="confirmed"',
          'toko_orders_final_total{status="cancelled"',
          'toko_shipments_total',
          'toko_refunds_total{state="requested"',
          'toko_refunds_total{state="succeeded"',
        ].map(value),
      )
    const before = await read()
    await shippedOrder(4, { isDelivered: true })
    const id = await paidOrder()
    await shop().act(people.buyer, `${id}/cancellations`, {})
    await settled(id, { status: 'cancelled' })
    expect((await read()).map((count, n) => count - before[n]!)).toEqual([2, 0, 1, 1, 1])
    expect(await shop().metrics()).not.toMatch(/orders_final_total\{[^}]*(shipped|completed|refunding)/)
  })
})
