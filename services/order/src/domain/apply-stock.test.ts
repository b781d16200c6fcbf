import { describe, expect, it } from 'vitest'
import { OrderStatus, ReservationStatus } from '@toko/contracts'
import { applyReservation } from './apply-stock.ts'
import { limits, placed, reservation } from './order.fixture.ts'

const at = { nowMs: 10_000, limits }
const apply = (...args: [Parameters<typeof placed>[0], Parameters<typeof reservation>[0]?]) =>
  applyReservation(placed(args[0]), reservation(args[1]), at)?.to

describe('an answer of the product service', () => {
  it('fixes lines, total and the end of the hold when the stock is reserved', () => {
    expect(apply({})).toMatchObject({ status: 'reserved', totalMinor: 3000, holdEndsAt: 910_000, dueAt: 15_000 })
  })

  it('waits for the end of the hold when no payment method was given', () => {
    const { nextMethod: _, ...order } = placed()
    expect(applyReservation(order, reservation(), at)?.to.dueAt).toBe(910_000)
  })

  it('ends the order when the total is higher than accepted, and keeps it when it is lower', () => {
    expect(apply({ expectedTotalMinor: 2999 })).toMatchObject({ status: 'cancelling', reason: 'price-changed' })
    expect(apply({ expectedTotalMinor: 3001 })).toMatchObject({ status: 'reserved', totalMinor: 3000 })
  })

  it.each(['insufficient-stock', 'unavailable', 'too-old'] as const)('rejects for %s', (reason) => {
    const shortages = [{ sku: 'TEA-1', requested: 1, available: 0 }]
    expect(apply({}, { status: 'released', reason, lines: [], shortages })).toMatchObject({
      status: 'rejected',
      reason,
      shortages,
    })
  })

  it('does not take the tombstone of its own release for a rejection', () => {
    expect(apply({}, { status: 'released', reason: 'order-ended', lines: [] })).toBeUndefined()
  })

  it.each([
    ['cancelled-by-user', 'cancelled'],
    ['payment-declined', 'cancelled'],
    ['pending-timeout', 'expired'],
    ['payment-timeout', 'expired'],
    ['price-changed', 'rejected'],
  ] as const)('ends %s in %s once released', (reason, status) => {
    expect(apply({ status: 'cancelling', reason }, { status: 'released', lines: [] })).toMatchObject({ status, reason })
  })

  it('confirms an authorised order once allocated, never once merely held', () => {
    expect(apply({ status: 'authorised' }, { status: 'allocated' })).toMatchObject({ status: 'confirmed' })
    expect(apply({ status: 'authorised' }, { status: 'held' })).toBeUndefined()
    expect(apply({ status: 'authorised' }, { status: 'released' })).toBeUndefined()
  })

  it('changes nothing in any other combination: late, repeated and reordered answers (R5)', () => {
    const meaningful = new Set(['pending', 'cancelling', 'authorised', 'freeing'])
    for (const status of OrderStatus.options.filter((each) => !meaningful.has(each)))
      for (const answer of ReservationStatus.options) expect(apply({ status }, { status: answer })).toBeUndefined()
  })
})
