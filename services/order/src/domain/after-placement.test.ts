import { describe, expect, it } from 'vitest'
import type { OrderReturn, Refund, Shipment } from './acts.ts'
import { applyCapture, applyVoid } from './apply-payment.ts'
import { applyReservation } from './apply-stock.ts'
import { allowedActions, asOwner, asStaff, fulfilmentStatus, paymentStatus } from './derived.ts'
import { cancel } from './end-order.ts'
import { commandsOf } from './events-of.ts'
import type { Order } from './order.ts'
import { attempt, limits, paid, reservation } from './order.fixture.ts'
import { isSettled, pendingWork } from './pending-work.ts'
import { applyRefund, refund } from './refund.ts'
import { openReturn } from './return.ts'
import { deliver, ship } from './ship.ts'
import type { Transition } from './transition.ts'

const at = { nowMs: 10_000, limits }
const day = 86_400_000
const act = (id: string) => ({ id, key: `key of ${id}`, bodyHash: 'hash' })
const coffee = (quantity: number) => ({ sku: 'COFFEE-1', quantity })
const tea = (quantity: number) => ({ sku: 'TEA-1', quantity })
const shipment = (change: Partial<Shipment> = {}): Shipment => ({
  ...act('shp_1'),
  at: 0,
  lines: [coffee(2)],
  carrier: 'JNE',
  state: 'consumed',
  ...change,
})
const refunded = (change: Partial<Refund> = {}): Refund => ({
  ...act('rfd_1'),
  at: 0,
  amountMinor: 1000,
  reason: 'sorry',
  state: 'requested',
  ...change,
})
const returned = (change: Partial<OrderReturn> = {}): OrderReturn => ({
  ...act('rtn_1'),
  at: 0,
  lines: [coffee(1)],
  reason: 'too small',
  state: 'requested',
  ...change,
})
const shipped = (change: Partial<Order> = {}) => paid({ status: 'shipped', shipments: [shipment()], ...change })
const cancellation = { id: `cnl_${'a'.repeat(32)}`, key: 'k', by: 'user', at: 0 } as const
const freeing = (change: Partial<Order> = {}) =>
  paid({ status: 'freeing', cancellation, reason: 'cancelled-by-user', ...change })
const refunding = (change: Partial<Order> = {}) => freeing({ status: 'refunding', ...change })
const types = (transition: Transition | null) => transition?.events.map(({ definition }) => definition.type)
const released = (order: Order) => applyReservation(order, reservation({ status: 'released', lines: [] }), at)
const newRefund = { ...act('rfd_9'), reason: 'sorry', restock: false }

describe('cancel of a confirmed order', () => {
  it('frees the stock first, and asks for it with its own command', () => {
    const cancelled = cancel(paid(), cancellation, at)!
    expect(cancelled.to).toMatchObject({ status: 'freeing', reason: 'cancelled-by-user', cancellation, dueAt: 15_000 })
    expect(types(cancelled)).toEqual(['order_freed'])
    expect(cancel(paid(), { ...cancellation, by: 'staff' }, at)?.to.reason).toBe('cancelled-by-staff')
  })

  it('owes what is left of the money once the stock is free, under an id that follows from the cancellation', () => {
    const owed = { id: `rfd_${'a'.repeat(32)}`, amountMinor: 3000, state: 'requested' }
    expect(released(freeing())?.to).toMatchObject({ status: 'refunding', refunds: [owed] })
    const partly = freeing({ refunds: [refunded({ state: 'succeeded' })] })
    expect(released(partly)?.to.refunds).toMatchObject([{ id: 'rfd_1' }, { ...owed, amountMinor: 2000 }])
    expect(released(freeing({ payments: [attempt({ state: 'approved' })] }))?.to).not.toHaveProperty('refunds')
    const nothingLeft = released(freeing({ refunds: [refunded({ amountMinor: 3000, state: 'succeeded' })] }))
    expect(nothingLeft?.to.refunds).toHaveLength(1)
  })

  it('changes nothing while the stock is still allocated', () => {
    for (const status of ['reserving', 'held', 'allocated', 'consumed'] as const)
      expect(applyReservation(freeing(), reservation({ status }), at)).toBeNull()
  })

  it('ends with the void of an authorisation, or with the refund of a capture that was faster', () => {
    const order = refunding({ payments: [attempt({ state: 'approved' })] })
    const { key } = attempt()
    const voided = applyVoid(order, key, { kind: 'voided' }, at)!
    expect(voided.to).toMatchObject({ status: 'cancelled', payments: [{ state: 'voided' }] })
    expect(types(voided)).toEqual(['order_cancelled'])
    const { to, events } = applyVoid(order, key, { kind: 'captured' }, at)!
    expect(to).toMatchObject({
      status: 'refunding',
      version: order.version,
      attempts: order.attempts + 1,
      payments: [{ state: 'captured' }],
      refunds: [{ amountMinor: 3000, state: 'requested' }],
    })
    expect(events).toEqual([])
    for (const kind of ['unknown', 'approved'] as const)
      expect(applyVoid(order, key, { kind, amountMinor: 3000 }, at)).toBeNull()
    expect(applyVoid(order, 'other', { kind: 'voided' }, at)).toBeNull()
  })

  it('is over with the last refund, not before; nobody hears of the ones in between', () => {
    const two = refunding({ refunds: [refunded(), refunded({ id: 'rfd_2', amountMinor: 2000 })] })
    const first = applyRefund(two, 'rfd_2', at)!
    expect(first.to).toMatchObject({ status: 'refunding', version: two.version })
    const last = applyRefund(first.to, 'rfd_1', at)!
    expect(last.to).toMatchObject({ status: 'cancelled', refunds: [{ state: 'succeeded' }, { state: 'succeeded' }] })
    expect(last.events[0]).toMatchObject({ data: { refundedMinor: 3000 } })
    expect(applyRefund(last.to, 'rfd_1', at)).toBeNull()
  })
})

describe('a late success of the provider', () => {
  it('revives no order', () => {
    const key = attempt().key
    const approved = [attempt({ state: 'approved' })]
    expect(applyCapture(paid({ payments: approved }), key, { kind: 'captured' }, at)?.to.status).toBe('confirmed')
    for (const status of ['freeing', 'refunding', 'cancelled', 'expired'] as const)
      expect(applyCapture(paid({ status, payments: approved }), key, { kind: 'captured' }, at)).toBeNull()
    expect(applyRefund(paid({ status: 'cancelled', refunds: [refunded()] }), 'rfd_1', at)).toBeNull()
  })
})

describe('shipments', () => {
  const parcel = (...lines: Shipment['lines']) => ({ ...act('shp_2'), lines, carrier: 'JNE' })

  it('leave a paid order only, and are named to the stock all together', () => {
    expect(ship(paid({ payments: [attempt({ state: 'approved' })] }), parcel(tea(1)), at)).toEqual({
      refused: 'not-now',
    })
    for (const status of ['completed', 'freeing', 'cancelled', 'authorised'] as const)
      expect(ship(paid({ status }), parcel(tea(1)), at)).toEqual({ refused: 'not-now' })
    const second = ship(shipped(), parcel(tea(1)), at) as Transition
    expect(second.to).toMatchObject({ status: 'shipped', shipments: [{ state: 'consumed' }, { state: 'requested' }] })
    expect(second.events[0]).toMatchObject({
      definition: { type: 'order_shipped' },
      data: { shipments: [{ id: 'shp_1' }, { id: 'shp_2', lines: [tea(1)] }] },
    })
  })

  it('never carry more than was ordered, in one parcel or in many', () => {
    expect(ship(paid(), parcel(coffee(2), tea(1)), at)).toMatchObject({ to: { status: 'shipped' } })
    expect(ship(paid(), parcel(coffee(3)), at)).toEqual({ refused: 'over-ship', lines: [coffee(2), tea(1)] })
    expect(ship(shipped(), parcel(coffee(1)), at)).toEqual({ refused: 'over-ship', lines: [tea(1)] })
    expect(ship(shipped(), parcel({ sku: 'OTHER', quantity: 1 }), at)).toMatchObject({ refused: 'over-ship' })
  })

  it('arrive once, after they left the stock; the last of everything completes the order', () => {
    expect(deliver(shipped(), 'shp_7', 'k', at)).toEqual({ refused: 'unknown-shipment' })
    const waiting = shipped({ shipments: [shipment({ state: 'requested' })] })
    expect(deliver(waiting, 'shp_1', 'k', at)).toEqual({ refused: 'not-now' })
    const first = deliver(shipped(), 'shp_1', 'k', at) as Transition
    expect(first).toMatchObject({ to: { status: 'shipped' }, events: [] })
    expect(deliver(first.to, 'shp_1', 'k2', at)).toEqual({ refused: 'not-now' })
    const all = shipped({ shipments: [shipment({ lines: [coffee(2), tea(1)] })] })
    const last = deliver(all, 'shp_1', 'k', at) as Transition
    expect([last.to.status, types(last), last.to.dueAt]).toEqual(['completed', ['order_completed'], undefined])
  })

  it('are noted as consumed by their id, within the version; a repeat is no news', () => {
    const order = shipped({
      shipments: [shipment({ state: 'requested' }), shipment({ ...act('shp_2'), lines: [tea(1)], state: 'requested' })],
    })
    const answer = reservation({ status: 'allocated', consumptions: ['shp_2', 'shp_9'] })
    const { to, events } = applyReservation(order, answer, at)!
    expect(to).toMatchObject({ version: order.version, shipments: [{ state: 'requested' }, { state: 'consumed' }] })
    expect([to.attempts, events, pendingWork(to)]).toMatchObject([order.attempts + 1, [], [{ kind: 'consume' }]])
    expect(applyReservation(to, answer, at)).toBeNull()
    const done = applyReservation(to, reservation({ status: 'consumed', consumptions: ['shp_1'] }), at)!
    expect([isSettled(done.to), done.to.dueAt]).toEqual([true, undefined])
  })
})

describe('refunds', () => {
  it('are at most what is left of the capture, those under way included (M1)', () => {
    const order = paid({ refunds: [refunded()] })
    const ask = (amount: number) => refund(order, { ...newRefund, amount: { amount, currency: 'IDR' } }, at)
    expect(ask(2000)).toMatchObject({
      to: { status: 'confirmed', refunds: [{}, { amountMinor: 2000, state: 'requested' }] },
    })
    for (const amount of [0, 2001])
      expect(ask(amount)).toEqual({ refused: 'exceeds-refundable', refundableMinor: 2000 })
    expect(refund(order, newRefund, at)).toMatchObject({ to: { refunds: [{}, { amountMinor: 2000 }] } })
    expect(refund(order, { ...newRefund, amount: { amount: 1, currency: 'EUR' } }, at)).toEqual({
      refused: 'other-currency',
    })
    expect(refund(freeing(), newRefund, at)).toEqual({ refused: 'not-now' })
  })

  it('of lines cost what the order says, and pay for a line once', () => {
    expect(refund(paid(), { ...newRefund, lines: [coffee(2)] }, at)).toMatchObject({
      to: { refunds: [{ amountMinor: 2000 }] },
    })
    const order = paid({ refunds: [refunded({ lines: [coffee(1)] })] })
    expect(refund(order, { ...newRefund, lines: [coffee(2)] }, at)).toEqual({
      refused: 'over-refund-lines',
      lines: [coffee(1), tea(1)],
    })
  })

  it('of a return pay for it once, and close it', () => {
    const order = shipped({ returns: [returned()] })
    const asked = refund(order, { ...newRefund, returnId: 'rtn_1', restock: true }, at) as Transition
    expect(asked.to.refunds).toMatchObject([{ amountMinor: 1000, lines: [coffee(1)], restock: 'requested' }])
    expect(refund(asked.to, { ...newRefund, returnId: 'rtn_1' }, at)).toEqual({ refused: 'return-taken' })
    expect(refund(order, { ...newRefund, returnId: 'rtn_2' }, at)).toEqual({ refused: 'unknown-return' })
    const done = applyRefund(asked.to, 'rfd_9', at)!
    expect(done.to).toMatchObject({ returns: [{ state: 'refunded' }], refunds: [{ state: 'succeeded' }] })
    expect(types(done)).toContain('order_refunded')
  })

  it('restock what has left the stock, and name all restocks to it', () => {
    const asked = refund(shipped(), { ...newRefund, lines: [coffee(2)], restock: true }, at) as Transition
    expect(types(asked)).toEqual(['order_returned'])
    expect(asked.events[0]).toMatchObject({ data: { restocks: [{ id: 'rfd_9', lines: [coffee(2)] }] } })
    for (const shipments of [[], [shipment({ state: 'requested' })]] as const)
      expect(refund(shipped({ shipments }), { ...newRefund, lines: [coffee(1)], restock: true }, at)).toEqual({
        refused: 'over-restock',
        lines: [],
      })
    expect(commandsOf(asked.to).map(({ definition }) => definition.type)).toEqual(['order_returned'])
  })
})

describe('returns', () => {
  const ask = (order: Order, quantity: number, nowMs = at.nowMs) =>
    openReturn(order, { ...act('rtn_2'), lines: [coffee(quantity)], reason: 'no' }, { nowMs, limits })

  it('are at most what was shipped, over all of them', () => {
    expect(ask(shipped(), 2)).toMatchObject({
      to: { status: 'shipped', returns: [{ state: 'requested' }] },
      events: [],
    })
    expect(ask(shipped({ returns: [returned()] }), 2)).toEqual({ refused: 'over-return', lines: [coffee(1)] })
    expect(ask(paid(), 1)).toEqual({ refused: 'not-now' })
  })

  it('end with their time after the last delivery', () => {
    const delivery = (days: number) => ({ key: 'k', at: days * day })
    const order = shipped({
      shipments: [
        shipment({ delivery: delivery(1) }),
        shipment({ ...act('shp_2'), lines: [tea(1)], delivery: delivery(3) }),
      ],
    })
    expect(ask(order, 1, 33 * day)).toHaveProperty('to')
    expect(ask(order, 1, 33 * day + 1)).toEqual({ refused: 'window-closed' })
  })
})

describe('what is derived', () => {
  it.each([
    ['a paid order', paid(), ['cancel'], ['cancel', 'ship', 'refund'], 'paid', 'unfulfilled'],
    [
      'one with a refund under way',
      paid({ refunds: [refunded()] }),
      ['cancel'],
      ['cancel', 'ship', 'refund'],
      'paid',
      'unfulfilled',
    ],
    ['a part of it shipped', shipped(), ['return'], ['ship', 'deliver', 'refund'], 'paid', 'partially-shipped'],
    [
      'all shipped',
      shipped({ shipments: [shipment({ lines: [coffee(2), tea(1)] })] }),
      ['return'],
      ['deliver', 'refund'],
      'paid',
      'shipped',
    ],
    [
      'some paid back',
      paid({ refunds: [refunded({ state: 'succeeded' })] }),
      ['cancel'],
      ['cancel', 'ship', 'refund'],
      'partially-refunded',
      'unfulfilled',
    ],
    [
      'all paid back',
      paid({ refunds: [refunded({ state: 'succeeded', amountMinor: 3000 })] }),
      ['cancel'],
      ['cancel', 'ship'],
      'refunded',
      'unfulfilled',
    ],
    ['a cancelled one', freeing(), [], [], 'paid', 'none'],
  ] as const)('of %s', (_what, order, owner, staff, payment, fulfilment) => {
    expect(allowedActions(order, asOwner, at)).toEqual(owner)
    expect(allowedActions(order, asStaff, at)).toEqual(staff)
    expect([paymentStatus(order), fulfilmentStatus(order)]).toEqual([payment, fulfilment])
  })
})
