import { beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { type Answer, call, newKey, ok } from './client.ts'
import { newCart, newProduct, order, orderOf, price, stockOf } from './goods.ts'
import { newCustomer, type Person, staffToken } from './people.ts'

let staff: string
let buyer: Person

beforeAll(async () => {
  staff = await staffToken()
  buyer = await newCustomer(staff)
})

const act = (token: string, path: string, body?: object, key = newKey()): Promise<Answer> =>
  call('order', `POST /orders/${path}`, { token, headers: { 'idempotency-key': key }, ...(body ? { body } : {}) })
const idr = (amount: number) => ({ amount: { amount, currency: 'IDR' } })
const sorry = { reason: 'sorry' }
const times = (count: number) => Array.from({ length: count }, (_, n) => n)

const settled = (id: string, expected: object) =>
  eventually(
    async () => {
      const found = await orderOf(buyer.token, id)
      expect(found).toMatchObject(expected)
      return found
    },
    { timeoutMs: 15_000 },
  )

/** A confirmed and captured order of `quantity` of a new product, of which there are 10. */
async function paidOrder(quantity = 3): Promise<{ id: string; sku: string }> {
  const { sku } = await newProduct(staff, 10)
  const cartId = await newCart(buyer.token, sku, quantity)
  const { body } = await order(buyer.token, { cartId, total: quantity * price })
  await settled(body.id, { status: 'confirmed', paymentStatus: 'paid' })
  return { id: body.id, sku }
}

async function ship(id: string, sku: string, quantity: number): Promise<string> {
  const made = await act(staff, `${id}/shipments`, { lines: [{ sku, quantity }], carrier: 'JNE' })
  expect(made).toMatchObject({ status: 201, body: { lines: [{ sku, quantity }] } })
  await eventually(async () => {
    const { shipments } = await orderOf(staff, id)
    expect(shipments.find((each: { id: string }) => each.id === made.body.id).state).toBe('consumed')
  })
  return made.body.id
}

/** What the three books of the shop say of one order once everything about it has come to rest. */
async function books(id: string, sku: string) {
  const own = (path: string) => `GET /audit/${path}`
  const [audited, ledger, stock] = await Promise.all([
    ok('order', own(`orders/${id}`), { token: staff }),
    ok('payment', own(`payments?orderId=${id}`), { token: staff }),
    stockOf(staff, sku),
  ])
  const [payment] = ledger.items
  return {
    order: { outbox: audited.outbox, dueAt: audited.dueAt },
    money: { captured: payment.capturedMinor, refunded: payment.refundedMinor, state: payment.state },
    stock: { onHand: stock.onHand, available: stock.available, reserved: stock.reserved },
  }
}

const agree = (id: string, sku: string, expected: object) =>
  eventually(async () => {
    expect(await books(id, sku)).toMatchObject({ order: { outbox: [], dueAt: null }, ...expected })
  })

describe('a confirmed order', () => {
  it('is cancelled by its buyer: the stock is free again and the money is back', async () => {
    const { id, sku } = await paidOrder()
    const cancelled = await act(buyer.token, `${id}/cancellations`, { reason: 'not needed' })
    expect(cancelled.status).toBe(201)
    await settled(id, { status: 'cancelled', reason: 'cancelled-by-user', paymentStatus: 'refunded' })
    await agree(id, sku, {
      money: { captured: 3 * price, refunded: 3 * price },
      stock: { onHand: 10, available: 10, reserved: 0 },
    })
  })

  it('is cancelled before its money was taken, or after: never kept', async () => {
    const { sku } = await newProduct(staff, 10)
    const placed = await order(buyer.token, { cartId: await newCart(buyer.token, sku) })
    await act(staff, `${placed.body.id}/cancellations`, {})
    await settled(placed.body.id, { status: 'cancelled', reason: 'cancelled-by-staff' })
    await agree(placed.body.id, sku, { stock: { onHand: 10, available: 10, reserved: 0 } })
    const { money } = await books(placed.body.id, sku)
    expect(money.captured - money.refunded).toBe(0)
    expect(['voided', 'captured']).toContain(money.state)
  })

  it('leaves in two parcels that arrive one by one, and is completed', async () => {
    const { id, sku } = await paidOrder()
    const first = await ship(id, sku, 1)
    expect((await act(buyer.token, `${id}/cancellations`, {})).body.code).toBe('illegal-transition')
    await settled(id, { status: 'shipped', fulfilmentStatus: 'partially-shipped' })
    expect(await stockOf(staff, sku)).toMatchObject({ onHand: 9, available: 7, reserved: 2 })
    const second = await ship(id, sku, 2)
    expect((await act(staff, `${id}/shipments`, { lines: [{ sku, quantity: 1 }], carrier: 'JNE' })).body.why).toBe(
      'over-ship',
    )
    for (const shipmentId of [first, second])
      expect((await act(staff, `${id}/shipments/${shipmentId}/deliveries`)).status).toBe(201)
    await settled(id, { status: 'completed', fulfilmentStatus: 'delivered' })
    await agree(id, sku, { money: { refunded: 0 }, stock: { onHand: 7, available: 7, reserved: 0 } })
  })

  it('is refunded twice in part, and not once too much', async () => {
    const { id, sku } = await paidOrder()
    for (const amount of [price, price / 2])
      expect((await act(staff, `${id}/refunds`, { ...sorry, ...idr(amount) })).status).toBe(201)
    const tooMuch = await act(staff, `${id}/refunds`, { ...sorry, ...idr(1.5 * price + 1) })
    expect(tooMuch).toMatchObject({ status: 409, body: { why: 'exceeds-refundable', refundableMinor: 1.5 * price } })
    await settled(id, { status: 'confirmed', paymentStatus: 'partially-refunded' })
    await agree(id, sku, { money: { captured: 3 * price, refunded: 1.5 * price }, stock: { reserved: 3 } })
  })

  it('of 20 parallel refunds of everything one is made', async () => {
    const { id, sku } = await paidOrder()
    const answers = await Promise.all(times(20).map(() => act(staff, `${id}/refunds`, sorry)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...times(19).map(() => 409)])
    await settled(id, { paymentStatus: 'refunded' })
    await agree(id, sku, { money: { captured: 3 * price, refunded: 3 * price } })
  })

  it('and a parcel and a cancel at once: one of them wins in all books', async () => {
    const { id, sku } = await paidOrder()
    const parcel = { lines: [{ sku, quantity: 3 }], carrier: 'JNE' }
    const answers = await Promise.all([
      act(staff, `${id}/shipments`, parcel),
      act(buyer.token, `${id}/cancellations`, {}),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const isShipped = answers[0].status === 201
    await settled(id, { status: isShipped ? 'shipped' : 'cancelled' })
    await agree(id, sku, {
      money: { refunded: isShipped ? 0 : 3 * price },
      stock: isShipped ? { onHand: 7, available: 7, reserved: 0 } : { onHand: 10, available: 10, reserved: 0 },
    })
  })
})

describe('goods that come back', () => {
  it('are announced by the buyer, paid for by a refund and sold again', async () => {
    const { id, sku } = await paidOrder()
    await act(staff, `${id}/shipments/${await ship(id, sku, 3)}/deliveries`)
    await settled(id, { status: 'completed', allowedActions: ['return'] })
    const made = await act(buyer.token, `${id}/returns`, { lines: [{ sku, quantity: 2 }], reason: 'too many' })
    expect(made.status).toBe(201)
    const refund = { ...sorry, returnId: made.body.id, restock: true }
    const answers = await Promise.all(times(5).map(() => act(staff, `${id}/refunds`, refund)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409])
    await settled(id, { returns: [{ state: 'refunded' }], refunds: [{ state: 'succeeded', restock: 'done' }] })
    await agree(id, sku, { money: { refunded: 2 * price }, stock: { onHand: 9, available: 9, reserved: 0 } })
    const { items } = await ok('product', `GET /stock/${sku}/movements`, { token: staff })
    expect(items.map(({ kind, delta }: { kind: string; delta: number }) => [kind, delta]).toSorted()).toEqual([
      ['adjustment', 10],
      ['return', 2],
      ['shipment', -3],
    ])
  })
})
