import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId, type Order } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string
let staff: string

beforeAll(async () => {
  shop = await startOrderShop()
  staff = await shop.tokens.user(newId('usr'), { roles: ['customer', 'orders'] })
})
beforeEach(async () => {
  buyer = await shop.tokens.user(newId('usr'))
  Object.assign(shop.neighbours, { available: 1000, stockIsDown: false, capture: 'take', refund: 'pay' })
})
afterAll(() => shop.stop())

const tea = (quantity: number) => [{ sku: 'TEA-1', quantity }]
const parcel = (quantity: number) => ({ lines: tea(quantity), carrier: 'JNE', tracking: 'JNE-1' })
const sorry = { reason: 'sorry' }
const times = (count: number) => Array.from({ length: count }, (_, n) => n)
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).toSorted()

const settled = (id: string, expected: Partial<Order> | object) =>
  eventually(async () => {
    const order = await shop.order(buyer, id)
    expect(order).toMatchObject(expected)
    return order
  })

/** A confirmed order of some tea, its money captured. */
async function paidOrder(quantity = 4): Promise<string> {
  const { body } = await shop.place(buyer, { quantity })
  await settled(body.id, { status: 'confirmed', paymentStatus: 'paid' })
  return body.id
}

/** The same with all of it shipped and, if so told, delivered. */
async function shippedOrder(quantity = 4, { isDelivered = false } = {}): Promise<{ id: string; shipmentId: string }> {
  const id = await paidOrder(quantity)
  const shipmentId: string = (await shop.act(staff, `${id}/shipments`, parcel(quantity))).body.id
  await settled(id, { shipments: [{ state: 'consumed' }] })
  if (isDelivered) expect((await shop.act(staff, `${id}/shipments/${shipmentId}/deliveries`)).status).toBe(201)
  return { id, shipmentId }
}

const net = (id: string) => {
  const { capturedMinor, refundedMinor } = shop.neighbours.payments.get(`${id}:1`)!
  return capturedMinor - refundedMinor
}

describe('cancel of a confirmed order', () => {
  it('frees the stock, pays everything back and is told once by its key', async () => {
    const id = await paidOrder()
    const key = 'cancel-key-000000001'
    const first = await shop.act(buyer, `${id}/cancellations`, { reason: 'not needed' }, key)
    expect(first).toMatchObject({ status: 201, body: { orderId: id } })
    const order = await settled(id, { status: 'cancelled', reason: 'cancelled-by-user', paymentStatus: 'refunded' })
    expect(order).toMatchObject({ fulfilmentStatus: 'none', allowedActions: [] })
    expect(order.refunds).toMatchObject([{ id: first.body.id.replace('cnl', 'rfd'), amount: { amount: 4000 } }])
    expect(net(id)).toBe(0)
    expect(shop.neighbours).toMatchObject({ available: 1000 })
    expect((await shop.act(buyer, `${id}/cancellations`, { reason: 'not needed' }, key)).body.id).toBe(first.body.id)
    expect((await shop.act(buyer, `${id}/cancellations`, { reason: 'other' }, key)).status).toBe(422)
  })

  it('voids what is not captured yet, and never captures it afterwards', async () => {
    shop.neighbours.capture = 'fail'
    const { body } = await shop.place(buyer)
    await shop.act(staff, `${body.id}/cancellations`, {})
    await settled(body.id, { status: 'cancelled', reason: 'cancelled-by-staff', paymentStatus: 'voided', refunds: [] })
    shop.neighbours.capture = 'take'
    expect(shop.neighbours.payments.get(`${body.id}:1`)).toMatchObject({ state: 'voided', capturedMinor: 0 })
  })

  it('pays the whole back when a capture was faster than the void', async () => {
    shop.neighbours.capture = 'fail'
    const { body } = await shop.place(buyer)
    const key = `${body.id}:1`
    const payment = shop.neighbours.payments.get(key)!
    shop.neighbours.payments.set(key, { ...payment, state: 'captured', capturedMinor: 1000 })
    await shop.act(buyer, `${body.id}/cancellations`, {})
    await settled(body.id, { status: 'cancelled', refunds: [{ state: 'succeeded', amount: { amount: 1000 } }] })
    expect(net(body.id)).toBe(0)
  })

  it('is finished by sweepers after every neighbour was away', async () => {
    const id = await paidOrder()
    Object.assign(shop.neighbours, { stockIsDown: true, refund: 'fail' })
    expect((await shop.act(buyer, `${id}/cancellations`, {})).body.orderStatus).toBe('freeing')
    shop.neighbours.stockIsDown = false
    await settled(id, { status: 'refunding', refunds: [{ state: 'requested' }] })
    shop.neighbours.refund = 'hang'
    await eventually(() => expect(net(id)).toBe(0))
    shop.neighbours.refund = 'pay'
    await settled(id, { status: 'cancelled', refunds: [{ state: 'succeeded' }] })
    expect(net(id)).toBe(0)
  })

  it('pays back only what an earlier refund left', async () => {
    const id = await paidOrder()
    await shop.act(staff, `${id}/refunds`, { ...sorry, amount: { amount: 1500, currency: 'IDR' } })
    await shop.act(buyer, `${id}/cancellations`, {})
    const order = await settled(id, { status: 'cancelled' })
    expect(order.refunds.map(({ amount }) => amount.amount)).toEqual([1500, 2500])
    expect(net(id)).toBe(0)
  })

  it('is refused once something has left', async () => {
    const { id } = await shippedOrder()
    const refused = await shop.act(buyer, `${id}/cancellations`, {})
    expect(refused).toMatchObject({ status: 409, body: { code: 'illegal-transition', orderStatus: 'shipped' } })
    expect(refused.body.allowed).toEqual(['return'])
    expect(net(id)).toBe(4000)
  })
})

describe('shipments', () => {
  it('go out in parts, arrive one by one, and complete the order', async () => {
    const id = await paidOrder()
    expect(await shop.order(staff, id)).toMatchObject({ allowedActions: ['cancel', 'ship', 'refund'] })
    const first = await shop.act(staff, `${id}/shipments`, parcel(1))
    expect(first).toMatchObject({ status: 201, body: { ...parcel(1), state: 'consumed' } })
    await settled(id, { status: 'shipped', fulfilmentStatus: 'partially-shipped' })
    const second = await shop.act(staff, `${id}/shipments`, parcel(3))
    await settled(id, { fulfilmentStatus: 'shipped' })
    const deliver = (shipmentId: string, key: string) =>
      shop.act(staff, `${id}/shipments/${shipmentId}/deliveries`, undefined, key)
    const delivered = await deliver(first.body.id, 'first-delivery-0001')
    expect(delivered).toMatchObject({ status: 201, body: { deliveredAt: expect.any(String) } })
    await settled(id, { status: 'shipped' })
    expect((await deliver(first.body.id, 'first-delivery-0001')).body).toEqual(delivered.body)
    expect((await deliver(first.body.id, 'first-delivery-0002')).body.code).toBe('illegal-transition')
    expect((await deliver(newId('shp'), 'first-delivery-0003')).status).toBe(404)
    await deliver(second.body.id, 'second-delivery-001')
    await settled(id, { status: 'completed', fulfilmentStatus: 'delivered' })
    const { body } = await request(shop.service.app).get(`/orders/${id}/events`).set('Authorization', buyer)
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
    const tooMuch = await shop.act(staff, `${id}/shipments`, parcel(5))
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'conflict', why: 'over-ship', lines: tea(4) } })
    const answers = await Promise.all(times(20).map(() => shop.act(staff, `${id}/shipments`, parcel(3))))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body).toMatchObject({ why: 'over-ship', lines: tea(1) })
    expect(
      (await shop.act(staff, `${id}/shipments`, { lines: [{ sku: 'X', quantity: 1 }], carrier: 'JNE' })).status,
    ).toBe(409)
    const order = await settled(id, { shipments: [{ state: 'consumed' }] })
    expect(order.shipments).toHaveLength(1)
  })

  it('of one key are one shipment, and the key is of that request', async () => {
    const id = await paidOrder()
    const key = 'ship-this-parcel-01'
    const answers = await Promise.all(times(20).map(() => shop.act(staff, `${id}/shipments`, parcel(1), key)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(201)
    expect((await shop.act(staff, `${id}/shipments`, parcel(2), key)).status).toBe(422)
    expect((await shop.order(buyer, id)).shipments).toHaveLength(1)
  })

  it('wait for the money', async () => {
    shop.neighbours.capture = 'fail'
    const { body } = await shop.place(buyer)
    expect((await shop.act(staff, `${body.id}/shipments`, parcel(1))).body.code).toBe('illegal-transition')
    shop.neighbours.capture = 'take'
    await settled(body.id, { paymentStatus: 'paid' })
    expect((await shop.act(staff, `${body.id}/shipments`, parcel(1))).status).toBe(201)
  })

  it('leave the stock once the product service is back, and arrive only then', async () => {
    const id = await paidOrder()
    shop.neighbours.stockIsDown = true
    const { body } = await shop.act(staff, `${id}/shipments`, parcel(4))
    expect(body.state).toBe('requested')
    expect((await shop.act(staff, `${id}/shipments/${body.id}/deliveries`)).status).toBe(409)
    shop.neighbours.stockIsDown = false
    await settled(id, { shipments: [{ state: 'consumed' }] })
    expect((await shop.act(staff, `${id}/shipments/${body.id}/deliveries`)).status).toBe(201)
  })

  it('of 20 parallel deliveries one is the delivery', async () => {
    const { id, shipmentId } = await shippedOrder()
    const path = `${id}/shipments/${shipmentId}/deliveries`
    const answers = await Promise.all(times(20).map(() => shop.act(staff, path)))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    await settled(id, { status: 'completed', version: 7 })
  })

  it('and a cancel at once: exactly one of them wins, and the books agree with it', async () => {
    for (const round of times(10)) {
      const id = await paidOrder()
      const before = shop.neighbours.available
      const both = [
        () => shop.act(staff, `${id}/shipments`, parcel(4)),
        () => shop.act(buyer, `${id}/cancellations`, {}),
      ]
      const answers = await Promise.all((round % 2 ? both : both.toReversed()).map((act) => act()))
      expect(statuses(answers)).toEqual([201, 409])
      const { status } = await eventually(async () => {
        const order = await shop.order(buyer, id)
        expect(['cancelled', 'shipped']).toContain(order.status)
        return order
      })
      const reservation = shop.neighbours.reservations.get(id)!
      const isShipped = status === 'shipped'
      expect(reservation.status).toBe(isShipped ? 'allocated' : 'released')
      expect(net(id)).toBe(isShipped ? 4000 : 0)
      expect(shop.neighbours.available).toBe(isShipped ? before : before + 4)
    }
  })
})

describe('refunds', () => {
  it('pay back an amount, then lines at their price, then the rest; and nothing beyond', async () => {
    const id = await paidOrder()
    const refund = (body: object) => shop.act(staff, `${id}/refunds`, { ...sorry, ...body })
    const idr = (amount: number) => ({ amount: { amount, currency: 'IDR' } })
    expect(await refund(idr(700))).toMatchObject({ status: 201, body: { ...idr(700), state: 'succeeded' } })
    expect(await shop.order(buyer, id)).toMatchObject({ paymentStatus: 'partially-refunded', status: 'confirmed' })
    expect((await refund({ lines: tea(2) })).body).toMatchObject(idr(2000))
    const exceeds = { status: 409, body: { code: 'conflict', why: 'exceeds-refundable', refundableMinor: 1300 } }
    expect(await refund(idr(1301))).toMatchObject(exceeds)
    expect(await refund(idr(0))).toMatchObject(exceeds)
    expect((await refund({ lines: tea(3) })).body).toMatchObject({ why: 'over-refund-lines', lines: tea(2) })
    expect((await refund({ amount: { amount: 1, currency: 'EUR' } })).body.why).toBe('other-currency')
    expect((await refund({ ...idr(1), lines: tea(1) })).status).toBe(400)
    expect((await refund({})).body).toMatchObject(idr(1300))
    expect((await refund({})).body).toMatchObject({ why: 'exceeds-refundable', refundableMinor: 0 })
    await settled(id, { status: 'confirmed', paymentStatus: 'refunded', version: 11 })
    expect(net(id)).toBe(0)
  })

  it('of 20 parallel ones for all that is left one succeeds; the provider never pays more than it took', async () => {
    const id = await paidOrder()
    const answers = await Promise.all(times(20).map(() => shop.act(staff, `${id}/refunds`, sorry)))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    await settled(id, { paymentStatus: 'refunded' })
    expect([net(id), shop.neighbours.calls.filter((call) => call === 'refund').length > 0]).toEqual([0, true])
  })

  it('of 20 parallel parts exactly those that fit are paid', async () => {
    const id = await paidOrder()
    const part = { ...sorry, amount: { amount: 300, currency: 'IDR' } }
    const answers = await Promise.all(times(20).map(() => shop.act(staff, `${id}/refunds`, part)))
    expect(statuses(answers)).toEqual([...times(13).map(() => 201), ...times(7).map(() => 409)])
    const order = await settled(id, { paymentStatus: 'partially-refunded' })
    await eventually(async () => {
      const { refunds } = await shop.order(buyer, id)
      expect(refunds.map(({ state }) => state)).toEqual(times(13).map(() => 'succeeded'))
    })
    expect(order.refunds).toHaveLength(13)
    expect(net(id)).toBe(100)
  })

  it('of one key are one refund', async () => {
    const id = await paidOrder()
    const body = { ...sorry, amount: { amount: 100, currency: 'IDR' } }
    const key = 'refund-only-once-01'
    const answers = await Promise.all(times(20).map(() => shop.act(staff, `${id}/refunds`, body, key)))
    expect(new Set(answers.map(({ status, body: { id: refundId } }) => `${status} ${refundId}`)).size).toBe(1)
    expect((await shop.act(staff, `${id}/refunds`, sorry, key)).status).toBe(422)
    await settled(id, { paymentStatus: 'partially-refunded' })
    expect(net(id)).toBe(3900)
  })

  it.each(['fail', 'hang', 'wrong-amount', 'refuse'] as const)(
    'stay open while the provider does not say that it paid (%s), and are paid once',
    async (behaviour) => {
      const id = await paidOrder()
      shop.neighbours.refund = behaviour
      expect((await shop.act(staff, `${id}/refunds`, sorry)).body.state).toBe('requested')
      await settled(id, { paymentStatus: 'paid' })
      shop.neighbours.refund = 'pay'
      await settled(id, { paymentStatus: 'refunded', refunds: [{ state: 'succeeded' }] })
      expect(net(id)).toBe(0)
      const kind = { refuse: 'refund-refused', 'wrong-amount': 'payment-mismatch', fail: '', hang: '' }[behaviour]
      expect(await shop.metrics()).toMatch(kind ? new RegExp(`alerts_total\\{.*kind="${kind}".*\\} [1-9]`) : /alerts/)
    },
  )

  it('are for staff that signed in just now, of orders that exist', async () => {
    const id = await paidOrder()
    const refunded = async (token: string, path = `${id}/refunds`) => (await shop.act(token, path, sorry)).status
    const tired = await shop.tokens.user(newId('usr'), { roles: ['admin'], ageS: 3600 })
    expect(await refunded(tired)).toBe(401)
    expect(await refunded(buyer)).toBe(403)
    expect(await refunded(staff, `${newId('ord')}/refunds`)).toBe(404)
    expect((await shop.act(buyer, `${id}/shipments`, parcel(1))).status).toBe(403)
    expect((await shop.act(buyer, `${id}/shipments/${newId('shp')}/deliveries`)).status).toBe(403)
    const noKey = await request(shop.service.app).post(`/orders/${id}/refunds`).set('Authorization', staff).send(sorry)
    expect(noKey.body.code).toBe('idempotency-key-missing')
    expect(net(id)).toBe(4000)
  })
})

describe('returns', () => {
  it('are asked for by the buyer, paid and restocked by a refund that names them', async () => {
    const { id } = await shippedOrder(4, { isDelivered: true })
    const key = 'send-two-of-them-back'
    const body = { lines: tea(2), reason: 'too many' }
    const made = await shop.act(buyer, `${id}/returns`, body, key)
    expect(made).toMatchObject({ status: 201, body: { ...body, state: 'requested' } })
    expect((await shop.act(buyer, `${id}/returns`, body, key)).body.id).toBe(made.body.id)
    expect((await shop.act(buyer, `${id}/returns`, { ...body, reason: 'x' }, key)).status).toBe(422)
    const over = await shop.act(buyer, `${id}/returns`, { ...body, lines: tea(3) })
    expect(over.body).toMatchObject({ why: 'over-return', lines: tea(2) })
    const refund = { ...sorry, returnId: made.body.id, restock: true }
    expect((await shop.act(staff, `${id}/refunds`, { ...refund, returnId: newId('rtn') })).body.why).toBe(
      'unknown-return',
    )
    const both = await Promise.all([0, 1].map(() => shop.act(staff, `${id}/refunds`, refund)))
    expect(statuses(both)).toEqual([201, 409])
    const order = await settled(id, {
      status: 'completed',
      paymentStatus: 'partially-refunded',
      returns: [{ state: 'refunded' }],
      refunds: [{ restock: 'done', state: 'succeeded', lines: tea(2) }],
    })
    expect(order.refunds).toHaveLength(1)
    expect([net(id), shop.neighbours.available]).toEqual([2000, 998])
  })

  it('restock nothing that has not left the stock, and nothing twice', async () => {
    const id = await paidOrder()
    const refund = { ...sorry, lines: tea(1), restock: true }
    expect((await shop.act(staff, `${id}/refunds`, refund)).body).toMatchObject({ why: 'over-restock', lines: [] })
    expect((await shop.act(buyer, `${id}/returns`, { lines: tea(1), reason: 'no' })).body.code).toBe(
      'illegal-transition',
    )
    await shop.act(staff, `${id}/shipments`, parcel(1))
    await settled(id, { shipments: [{ state: 'consumed' }] })
    const answers = await Promise.all(times(10).map(() => shop.act(staff, `${id}/refunds`, refund)))
    expect(statuses(answers)).toEqual([201, ...times(9).map(() => 409)])
    await settled(id, { refunds: [{ restock: 'done' }] })
    expect(shop.neighbours.available).toBe(997)
  })

  it('are for the owner alone: staff is refused, a stranger finds nothing', async () => {
    const { id } = await shippedOrder()
    const body = { lines: tea(1), reason: 'no' }
    expect((await shop.act(staff, `${id}/returns`, body)).status).toBe(403)
    expect((await shop.act(await shop.tokens.user(newId('usr')), `${id}/returns`, body)).status).toBe(404)
  })
})

describe('what is counted', () => {
  it('ends a placement once, and counts refunds and shipments', async () => {
    const value = async (series: string) =>
      Number(new RegExp(`^${series.replace('{', String.raw`\{[^}]*`)}.* (\\d+)$`, 'm').exec(await shop.metrics())?.[1])
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
    await shop.act(buyer, `${id}/cancellations`, {})
    await settled(id, { status: 'cancelled' })
    expect((await read()).map((count, n) => count - before[n]!)).toEqual([2, 0, 1, 1, 1])
    expect(await shop.metrics()).not.toMatch(/orders_final_total\{[^}]*(shipped|completed|refunding)/)
  })
})
