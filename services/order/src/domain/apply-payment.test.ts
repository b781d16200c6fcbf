import { describe, expect, it } from 'vitest'
import { OrderStatus } from '@toko/contracts'
import { applyAuthorisation, applyVoid, startPayment } from './apply-payment.ts'
import { cancel, applyTimeLimit } from './end-order.ts'
import { attempt, limits, placed } from './order.fixture.ts'

const at = { nowMs: 10_000, limits }
const paying = (change = {}) => {
  const { nextMethod: _, ...order } = placed({ status: 'paying', payments: [attempt()], totalMinor: 3000, ...change })
  return order
}
const key = attempt().key
const approved = { kind: 'approved', amountMinor: 3000 } as const
const declined = { kind: 'declined', declineCode: 'card-declined', retryable: true } as const
const cancellation = { id: 'cnl_1', key: 'cancel-key-0123456', by: 'user', at: 0 } as const

describe('start of a payment', () => {
  it('writes key, amount and method before the provider is called (R1, R11)', () => {
    const { to } = startPayment(placed({ status: 'reserved', totalMinor: 3000 }), at)!
    expect(to).toMatchObject({
      status: 'paying',
      payments: [{ key, amountMinor: 3000, state: 'requested', firstCallAt: 10_000 }],
    })
    expect(to).not.toHaveProperty('nextMethod')
  })

  it('waits while the last attempt is not final, and ends after the last one', () => {
    const reserved = (payments: ReturnType<typeof attempt>[]) => placed({ status: 'reserved', payments })
    expect(startPayment(reserved([attempt({ state: 'unknown' })]), at)).toBeNull()
    expect(startPayment(reserved([attempt({ state: 'declined' })]), at)?.to.payments.at(-1)?.key).toMatch(/:2$/)
    expect(startPayment(reserved([1, 2, 3].map((n) => attempt({ attempt: n, state: 'declined' }))), at)).toBeNull()
  })
})

describe('an answer of the provider', () => {
  it('authorises on approval of the same key and amount', () => {
    expect(applyAuthorisation(paying(), key, approved, at)?.to).toMatchObject({
      status: 'authorised',
      payments: [{ state: 'approved' }],
    })
  })

  it('voids on another amount, never confirms it', () => {
    const { to } = applyAuthorisation(paying(), key, { kind: 'approved', amountMinor: 1 }, at)!
    expect(to).toMatchObject({ status: 'voiding', reason: 'payment-mismatch' })
  })

  it('goes back to reserved on a decline, and ends after the last attempt; the hold keeps its end', () => {
    expect(applyAuthorisation(paying({ holdEndsAt: 77 }), key, declined, at)?.to).toMatchObject({
      status: 'reserved',
      dueAt: 77,
    })
    const last = paying({
      payments: [attempt({ state: 'declined' }), attempt({ state: 'declined' }), attempt({ attempt: 3 })],
    })
    expect(applyAuthorisation(last, key, declined, at)?.to).toMatchObject({
      status: 'cancelling',
      reason: 'payment-declined',
    })
  })

  it('changes nothing when it is unknown, for another key or in another status (R13)', () => {
    expect(applyAuthorisation(paying(), key, { kind: 'unknown' }, at)).toBeNull()
    expect(applyAuthorisation(paying(), 'other', approved, at)).toBeNull()
    for (const status of OrderStatus.options.filter((each) => each !== 'paying'))
      expect(applyAuthorisation(paying({ status }), key, approved, at)).toBeNull()
  })

  it('leaves voiding only when the provider will never take the money', () => {
    const voiding = paying({ status: 'voiding', reason: 'payment-timeout' })
    expect(applyVoid(voiding, key, { kind: 'voided' }, at)?.to).toMatchObject({
      status: 'cancelling',
      payments: [{ state: 'voided' }],
    })
    expect(applyVoid(voiding, key, { kind: 'declined', retryable: false }, at)?.to.status).toBe('cancelling')
    for (const kind of ['unknown', 'captured'] as const) expect(applyVoid(voiding, key, { kind }, at)).toBeNull()
  })
})

describe('the end before authorisation', () => {
  it.each([
    ['pending', 'cancelling'],
    ['reserved', 'cancelling'],
    ['paying', 'voiding'],
  ] as const)('a cancel takes %s to %s', (from, to) => {
    expect(cancel(paying({ status: from }), cancellation, at)?.to).toMatchObject({ status: to, cancellation })
  })

  it.each([
    'authorised',
    'voiding',
    'cancelling',
    'freeing',
    'refunding',
    'shipped',
    'completed',
    'cancelled',
  ] as const)('a cancel changes nothing in %s', (status) => {
    expect(cancel(paying({ status }), cancellation, at)).toBeNull()
  })

  it('ends what has used up its time, not a moment earlier', () => {
    const late = (order: ReturnType<typeof placed>, nowMs: number) => applyTimeLimit(order, { nowMs, limits })?.to
    expect(late(placed(), 60_000)).toBeUndefined()
    expect(late(placed(), 60_001)).toMatchObject({ status: 'cancelling', reason: 'pending-timeout' })
    const { nextMethod: _, ...unpaid } = placed({ status: 'reserved', holdEndsAt: 500 })
    expect(late(unpaid, 499)).toBeUndefined()
    expect(late(unpaid, 500)).toMatchObject({ status: 'cancelling', reason: 'unpaid-timeout' })
    expect(late(paying(), 120_000)).toBeUndefined()
    expect(late(paying(), 120_001)).toMatchObject({ status: 'voiding', reason: 'payment-timeout' })
    expect(late(paying({ status: 'authorised' }), 1e12)).toBeUndefined()
  })
})
