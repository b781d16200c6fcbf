import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { parcel, statuses, tea, times, shopOfPaidOrders } from './paid-orders.ts'

const { net, paidOrder, people, settled, shippedOrder, shop } = shopOfPaidOrders()

describe('shipments', () => {
  it('go out in parts, arrive one by one, and complete the order', async () => {
    const id = await paidOrder()
    expect(await shop().order(people.staff, id)).toMatchObject({ allowedActions: ['cancel', 'ship', 'refund'] })
    const first = await shop().act(people.staff, `${id}/shipments`, parcel(1))
    expect(first).toMatchObject({ status: 201, body: { ...parcel(1), state: 'consumed' } })
    await settled(id, { status: 'shipped', fulfilmentStatus: 'partially-shipped' })
    const second = await shop().act(people.staff, `${id}/shipments`, parcel(3))
    await settled(id, { fulfilmentStatus: 'shipped' })
    const deliver = (shipmentId: string, key: string) =>
      shop().act(people.staff, `${id}/shipments/${shipmentId}/deliveries`, undefined, key)
    const delivered = await deliver(first.body.id, 'first-delivery-0001')
    expect(delivered).toMatchObject({ status: 201, body: { deliveredAt: expect.any(String) } })
    await settled(id, { status: 'shipped' })
    expect((await deliver(first.body.id, 'first-delivery-0001')).body).toEqual(delivered.body)
    expect((await deliver(first.body.id, 'first-delivery-0002')).body.code).toBe('illegal-transition')
    expect((await deliver(newId('shp'), 'first-delivery-0003')).status).toBe(404)
    await deliver(second.body.id, 'second-delivery-001')
    await settled(id, { status: 'completed', fulfilmentStatus: 'delivered' })
    const { body } = await request(shop().service.app).get(`/orders/${id}/events`).set('Authorization', people.buyer)
    expect(body.items.slice(4).map((each: { status: string; act?: string }) => [each.status, each.act])).toEqual([
      ['confirmed', undefined],
      ['shipped', 'shipment'],
      ['shipped', 'shipment'],
      ['shipped', 'delivery'],
      ['completed', 'delivery'],
    ])
  })

  it('never carry more than was ordered, also in parallel; the refusal says what is left', async () => {
    const id = await paidOrder()
    const tooMuch = await shop().act(people.staff, `${id}/shipments`, parcel(5))
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'conflict', why: 'over-ship', lines: tea(4) } })
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, `${id}/shipments`, parcel(3))))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body).toMatchObject({ why: 'over-ship', lines: tea(1) })
    expect(
      (await shop().act(people.staff, `${id}/shipments`, { lines: [{ sku: 'X', quantity: 1 }], carrier: 'JNE' }))
        .status,
    ).toBe(409)
    const order = await settled(id, { shipments: [{ state: 'consumed' }] })
    expect(order.shipments).toHaveLength(1)
  })

  it('of one key are one shipment, and the key is of that request', async () => {
    const id = await paidOrder()
    const key = 'ship-this-parcel-01'
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, `${id}/shipments`, parcel(1), key)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(201)
    expect((await shop().act(people.staff, `${id}/shipments`, parcel(2), key)).status).toBe(422)
    expect((await shop().order(people.buyer, id)).shipments).toHaveLength(1)
  })

  it('wait for the money', async () => {
    shop().neighbours.capture = 'fail'
    const { body } = await shop().place(people.buyer)
    expect((await shop().act(people.staff, `${body.id}/shipments`, parcel(1))).body.code).toBe('illegal-transition')
    shop().neighbours.capture = 'take'
    await settled(body.id, { paymentStatus: 'paid' })
    expect((await shop().act(people.staff, `${body.id}/shipments`, parcel(1))).status).toBe(201)
  })

  it('leave the stock once the product service is back, and arrive only then', async () => {
    const id = await paidOrder()
    shop().neighbours.stockIsDown = true
    const { body } = await shop().act(people.staff, `${id}/shipments`, parcel(4))
    expect(body.state).toBe('requested')
    expect((await shop().act(people.staff, `${id}/shipments/${body.id}/deliveries`)).status).toBe(409)
    shop().neighbours.stockIsDown = false
    await settled(id, { shipments: [{ state: 'consumed' }] })
    expect((await shop().act(people.staff, `${id}/shipments/${body.id}/deliveries`)).status).toBe(201)
  })

  it('of 20 parallel deliveries one is the delivery', async () => {
    const { id, shipmentId } = await shippedOrder()
    const path = `${id}/shipments/${shipmentId}/deliveries`
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, path)))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    await settled(id, { status: 'completed', version: 7 })
  })

  it('and a cancel at once: exactly one of them wins, and the books agree with it', async () => {
    for (const round of times(10)) {
      const id = await paidOrder()
      const before = shop().neighbours.available
      const both = [
        () => shop().act(people.staff, `${id}/shipments`, parcel(4)),
        () => shop().act(people.buyer, `${id}/cancellations`, {}),
      ]
      const answers = await Promise.all((round % 2 ? both : both.toReversed()).map((act) => act()))
      expect(statuses(answers)).toEqual([201, 409])
      const { status } = await eventually(async () => {
        const order = await shop().order(people.buyer, id)
        expect(['cancelled', 'shipped']).toContain(order.status)
        return order
      })
      const reservation = shop().neighbours.reservations.get(id)!
      const isShipped = status === 'shipped'
      expect(reservation.status).toBe(isShipped ? 'allocated' : 'released')
      expect(net(id)).toBe(isShipped ? 4000 : 0)
      expect(shop().neighbours.available).toBe(isShipped ? before : before + 4)
    }
  })
})
