import { describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { sorry, shopOfPaidOrders } from './paid-orders.ts'

const { net, paidOrder, people, settled, shippedOrder, shop } = shopOfPaidOrders()

describe('cancel of a confirmed order', () => {
  it('frees the stock, pays everything back and is told once by its key', async () => {
    const id = await paidOrder()
    const key = 'cancel-key-000000001'
    const first = await shop().act(people.buyer, `${id}/cancellations`, { reason: 'not needed' }, key)
    expect(first).toMatchObject({ status: 201, body: { orderId: id } })
    const order = await settled(id, { status: 'cancelled', reason: 'cancelled-by-user', paymentStatus: 'refunded' })
    expect(order).toMatchObject({ fulfilmentStatus: 'none', allowedActions: [] })
    expect(order.refunds).toMatchObject([{ id: first.body.id.replace('cnl', 'rfd'), amount: { amount: 4000 } }])
    expect(net(id)).toBe(0)
    expect(shop().neighbours).toMatchObject({ available: 1000 })
    expect((await shop().act(people.buyer, `${id}/cancellations`, { reason: 'not needed' }, key)).body.id).toBe(
      first.body.id,
    )
    expect((await shop().act(people.buyer, `${id}/cancellations`, { reason: 'other' }, key)).status).toBe(422)
  })

  it('voids what is not captured yet, and never captures it afterwards', async () => {
    shop().neighbours.capture = 'fail'
    const { body } = await shop().place(people.buyer)
    await shop().act(people.staff, `${body.id}/cancellations`, {})
    await settled(body.id, { status: 'cancelled', reason: 'cancelled-by-staff', paymentStatus: 'voided', refunds: [] })
    shop().neighbours.capture = 'take'
    expect(shop().neighbours.payments.get(`${body.id}:1`)).toMatchObject({ state: 'voided', capturedMinor: 0 })
  })

  it('pays the whole back when a capture was faster than the void', async () => {
    shop().neighbours.capture = 'fail'
    const { body } = await shop().place(people.buyer)
    const key = `${body.id}:1`
    const payment = shop().neighbours.payments.get(key)!
    shop().neighbours.payments.set(key, { ...payment, state: 'captured', capturedMinor: 1000 })
    await shop().act(people.buyer, `${body.id}/cancellations`, {})
    await settled(body.id, { status: 'cancelled', refunds: [{ state: 'succeeded', amount: { amount: 1000 } }] })
    expect(net(body.id)).toBe(0)
  })

  it('is finished by sweepers after every neighbour was away', async () => {
    const id = await paidOrder()
    Object.assign(shop().neighbours, { stockIsDown: true, refund: 'fail' })
    expect((await shop().act(people.buyer, `${id}/cancellations`, {})).body.orderStatus).toBe('freeing')
    shop().neighbours.stockIsDown = false
    await settled(id, { status: 'refunding', refunds: [{ state: 'requested' }] })
    shop().neighbours.refund = 'hang'
    await eventually(() => expect(net(id)).toBe(0))
    shop().neighbours.refund = 'pay'
    await settled(id, { status: 'cancelled', refunds: [{ state: 'succeeded' }] })
    expect(net(id)).toBe(0)
  })

  it('pays back only what an earlier refund left', async () => {
    const id = await paidOrder()
    await shop().act(people.staff, `${id}/refunds`, { ...sorry, amount: { amount: 1500, currency: 'IDR' } })
    await shop().act(people.buyer, `${id}/cancellations`, {})
    const order = await settled(id, { status: 'cancelled' })
    expect(order.refunds.map(({ amount }) => amount.amount)).toEqual([1500, 2500])
    expect(net(id)).toBe(0)
  })

  it('does not hold up a refund that was asked for before, while the product service is away', async () => {
    const id = await paidOrder()
    shop().neighbours.refund = 'fail'
    await shop().act(people.staff, `${id}/refunds`, { ...sorry, amount: { amount: 1000, currency: 'IDR' } })
    shop().neighbours.stockIsDown = true
    await shop().act(people.buyer, `${id}/cancellations`, {})
    shop().neighbours.refund = 'pay'
    await settled(id, { status: 'freeing', refunds: [{ state: 'succeeded' }] })
    shop().neighbours.stockIsDown = false
    const order = await settled(id, { status: 'cancelled' })
    expect(order.refunds.map(({ amount }) => amount.amount)).toEqual([1000, 3000])
    expect(net(id)).toBe(0)
  })

  it('is refused once something has left', async () => {
    const { id } = await shippedOrder()
    const refused = await shop().act(people.buyer, `${id}/cancellations`, {})
    expect(refused).toMatchObject({ status: 409, body: { code: 'illegal-transition', orderStatus: 'shipped' } })
    expect(refused.body.allowed).toEqual(['return'])
    expect(net(id)).toBe(4000)
  })
})
