import { describe, expect, it } from 'vitest'
import type { Order } from './order.ts'
import { attempt, paid, placed } from './order.fixture.ts'
import { soundness } from './soundness.ts'

const broken = (change: object, order: Order = paid()) => soundness({ ...order, ...change })
const without = (field: keyof Order) => {
  const { [field]: _, ...rest } = paid()
  return soundness(rest as Order)
}
const shipment = { id: 'shp_1', lines: [{ sku: 'TEA-1', quantity: 1 }], state: 'consumed' }
const refund = { id: 'rfd_1', amountMinor: 1000, state: 'requested' }

describe('the soundness of an order', () => {
  it('is given for what the service writes', () => {
    expect(soundness(placed())).toBeUndefined()
    expect(soundness(paid())).toBeUndefined()
  })

  it.each([
    ['status', { status: 'lost' }],
    ['status', { status: undefined }],
    ['version', { version: 17 }],
    ['version', { version: '5' }],
    ['attempts', { attempts: -1 }],
    ['time', { dueAt: 'soon' }],
    ['history', { history: [] }],
    ['history', { history: 'long' }],
    ['history', { history: [null] }],
    ['history', { history: paid().history.toSpliced(1, 1) }],
    ['path', { history: paid().history.map((entry, n) => (n === 2 ? { ...entry, status: 'reserved' } : entry)) }],
    ['another status', { status: 'shipped', shipments: [shipment] }],
    ['payment', { payments: [] }],
    ['payments', { payments: null }],
    ['payment', { payments: [attempt({ state: 'declined' })] }],
    ['two payments', { payments: [attempt({ state: 'captured' }), attempt({ attempt: 2, state: 'approved' })] }],
    ['price', { lines: [] }],
    ['price', { totalMinor: 2999 }],
    ['lines', { lines: [{ sku: 'TEA-1' }] }],
    ['ordered', { request: [{ sku: 'TEA-1', quantity: 1.5 }] }],
    ['lines and order', { request: [{ sku: 'TEA-1', quantity: 3 }] }],
    ['shipments in this status', { shipments: [shipment] }],
    ['shipments', { shipments: [{ ...shipment, state: 'lost' }] }],
    ['refunded', { refunds: [{ ...refund, amountMinor: 3001 }] }],
    ['refunds', { refunds: [{ ...refund, amountMinor: -1 }] }],
    ['refunds', { refunds: [{ ...refund, restock: 'requested' }] }],
    ['refunds without a payment', { refunds: [refund], payments: [attempt({ state: 'approved' })] }],
    ['restocked', { refunds: [{ ...refund, restock: 'done', lines: shipment.lines }] }],
    ['returned', { returns: [{ id: 'rtn_1', lines: shipment.lines, state: 'requested' }] }],
  ])('misses: %s (%j)', (what, change) => {
    expect(broken(change)).toContain(what)
  })

  it('is missed where an order is past the pivot without its money, and where nobody ended it', () => {
    const at = (status: string, change: object = {}) =>
      broken({ status, history: [...paid().history.slice(0, 4), { version: 5, status, at: 5 }], ...change })
    const authorised = { ...paid(), version: 4, status: 'authorised', history: paid().history.slice(0, 4) }
    expect(soundness({ ...authorised, payments: [] } as unknown as Order)).toContain('authorised without a payment')
    expect(at('freeing')).toBeDefined()
    const freeing = {
      status: 'freeing',
      version: 6,
      history: [...paid().history, { version: 6, status: 'freeing', at: 6 }],
    }
    expect(broken(freeing)).toContain('cancelled by nobody')
    expect(broken({ ...freeing, cancellation: { id: 'cnl_1' } })).toBeUndefined()
    expect(
      broken(
        { status: 'cancelling' },
        { ...placed(), version: 2, history: [...placed().history, { version: 2, status: 'cancelling', at: 1 }] },
      ),
    ).toContain('reason')
  })

  it('is missed without any of the fields that decisions need, and never throws', () => {
    const fields = ['status', 'version', 'attempts', 'history', 'payments', 'request', 'lines', 'totalMinor'] as const
    for (const field of fields) expect(without(field), field).toBeDefined()
    for (const junk of [null, undefined, 7, 'order', [], {}]) expect(soundness(junk as Order)).toBeDefined()
  })
})
