import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { parcel, sorry, statuses, tea, times, shopOfPaidOrders } from './paid-orders.ts'

const { net, paidOrder, people, settled, shippedOrder, shop } = shopOfPaidOrders()

describe('refunds', () => {
  it('pay back an amount, then lines at their price, then the rest; and nothing beyond', async () => {
    const id = await paidOrder()
    const refund = (body: object) => shop().act(people.staff, `${id}/refunds`, { ...sorry, ...body })
    const idr = (amount: number) => ({ amount: { amount, currency: 'IDR' } })
    expect(await refund(idr(700))).toMatchObject({ status: 201, body: { ...idr(700), state: 'succeeded' } })
    expect(await shop().order(people.buyer, id)).toMatchObject({
      paymentStatus: 'partially-refunded',
      status: 'confirmed',
    })
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
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, `${id}/refunds`, sorry)))
    expect(statuses(answers)).toEqual([201, ...times(19).map(() => 409)])
    await settled(id, { paymentStatus: 'refunded' })
    expect([net(id), shop().neighbours.calls.filter((call) => call === 'refund').length > 0]).toEqual([0, true])
  })

  it('of 20 parallel parts exactly those that fit are paid', async () => {
    const id = await paidOrder()
    const part = { ...sorry, amount: { amount: 300, currency: 'IDR' } }
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, `${id}/refunds`, part)))
    expect(statuses(answers)).toEqual([...times(13).map(() => 201), ...times(7).map(() => 409)])
    const order = await settled(id, { paymentStatus: 'partially-refunded' })
    await eventually(async () => {
      const { refunds } = await shop().order(people.buyer, id)
      expect(refunds.map(({ state }) => state)).toEqual(times(13).map(() => 'succeeded'))
    })
    expect(order.refunds).toHaveLength(13)
    expect(net(id)).toBe(100)
  })

  it('of one key are one refund', async () => {
    const id = await paidOrder()
    const body = { ...sorry, amount: { amount: 100, currency: 'IDR' } }
    const key = 'refund-only-once-01'
    const answers = await Promise.all(times(20).map(() => shop().act(people.staff, `${id}/refunds`, body, key)))
    expect(new Set(answers.map(({ status, body: { id: refundId } }) => `${status} ${refundId}`)).size).toBe(1)
    expect((await shop().act(people.staff, `${id}/refunds`, sorry, key)).status).toBe(422)
    await settled(id, { paymentStatus: 'partially-refunded' })
    expect(net(id)).toBe(3900)
  })

  it.each(['fail', 'hang', 'wrong-amount', 'refuse'] as const)(
    'stay open while the provider does not say that it paid (%s), and are paid once',
    async (behaviour) => {
      const id = await paidOrder()
      shop().neighbours.refund = behaviour
      expect((await shop().act(people.staff, `${id}/refunds`, sorry)).body.state).toBe('requested')
      await settled(id, { paymentStatus: 'paid' })
      shop().neighbours.refund = 'pay'
      await settled(id, { paymentStatus: 'refunded', refunds: [{ state: 'succeeded' }] })
      expect(net(id)).toBe(0)
      const kind = { refuse: 'refund-refused', 'wrong-amount': 'payment-mismatch', fail: '', hang: '' }[behaviour]
      expect(await shop().metrics()).toMatch(kind ? new RegExp(`alerts_total\\{.*kind="${kind}".*\\} [1-9]`) : /alerts/)
    },
  )

  it('are for staff that signed in just now, of orders that exist', async () => {
    const id = await paidOrder()
    const refunded = async (token: string, path = `${id}/refunds`) => (await shop().act(token, path, sorry)).status
    const tired = await shop().tokens.user(newId('usr'), { roles: ['admin'], ageS: 3600 })
    expect(await refunded(tired)).toBe(401)
    expect(await refunded(people.buyer)).toBe(403)
    expect(await refunded(people.staff, `${newId('ord')}/refunds`)).toBe(404)
    expect((await shop().act(people.buyer, `${id}/shipments`, parcel(1))).status).toBe(403)
    expect((await shop().act(people.buyer, `${id}/shipments/${newId('shp')}/deliveries`)).status).toBe(403)
    const noKey = await request(shop().service.app)
      .post(`/orders/${id}/refunds`)
      .set('Authorization', people.staff)
      .send(sorry)
    expect(noKey.body.code).toBe('idempotency-key-missing')
    expect(net(id)).toBe(4000)
  })
})

describe('returns', () => {
  it('are asked for by the people.buyer, paid and restocked by a refund that names them', async () => {
    const { id } = await shippedOrder(4, { isDelivered: true })
    const key = 'send-two-of-them-back'
    const body = { lines: tea(2), reason: 'too many' }
    const made = await shop().act(people.buyer, `${id}/returns`, body, key)
    expect(made).toMatchObject({ status: 201, body: { ...body, state: 'requested' } })
    expect((await shop().act(people.buyer, `${id}/returns`, body, key)).body.id).toBe(made.body.id)
    expect((await shop().act(people.buyer, `${id}/returns`, { ...body, reason: 'x' }, key)).status).toBe(422)
    const over = await shop().act(people.buyer, `${id}/returns`, { ...body, lines: tea(3) })
    expect(over.body).toMatchObject({ why: 'over-return', lines: tea(2) })
    const refund = { ...sorry, returnId: made.body.id, restock: true }
    expect((await shop().act(people.staff, `${id}/refunds`, { ...refund, returnId: newId('rtn') })).body.why).toBe(
      'unknown-return',
    )
    const both = await Promise.all([0, 1].map(() => shop().act(people.staff, `${id}/refunds`, refund)))
    expect(statuses(both)).toEqual([201, 409])
    const order = await settled(id, {
      status: 'completed',
      paymentStatus: 'partially-refunded',
      returns: [{ state: 'refunded' }],
      refunds: [{ restock: 'done', state: 'succeeded', lines: tea(2) }],
    })
    expect(order.refunds).toHaveLength(1)
    expect([net(id), shop().neighbours.available]).toEqual([2000, 998])
  })

  it('restock nothing that has not left the stock, and nothing twice', async () => {
    const id = await paidOrder()
    const refund = { ...sorry, lines: tea(1), restock: true }
    expect((await shop().act(people.staff, `${id}/refunds`, refund)).body).toMatchObject({
      why: 'over-restock',
      lines: [],
    })
    expect((await shop().act(people.buyer, `${id}/returns`, { lines: tea(1), reason: 'no' })).body.code).toBe(
      'illegal-transition',
    )
    await shop().act(people.staff, `${id}/shipments`, parcel(1))
    await settled(id, { shipments: [{ state: 'consumed' }] })
    const answers = await Promise.all(times(10).map(() => shop().act(people.staff, `${id}/refunds`, refund)))
    expect(statuses(answers)).toEqual([201, ...times(9).map(() => 409)])
    await settled(id, { refunds: [{ restock: 'done' }] })
    expect(shop().neighbours.available).toBe(997)
  })

  it('are for the owner alone: staff is refused, a stranger finds nothing', async () => {
    const { id } = await shippedOrder()
    const body = { lines: tea(1), reason: 'no' }
    expect((await shop().act(people.staff, `${id}/returns`, body)).status).toBe(403)
    expect((await shop().act(await shop().tokens.user(newId('usr')), `${id}/returns`, body)).status).toBe(404)
  })
})
