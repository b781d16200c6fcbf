import { describe, expect, it } from 'vitest'
import type { AuditedOrder, AuditedReservation, Order, OrderStatus, PaymentLedgerEntry } from '@toko/contracts'
import type { StoryFacts } from './facts.ts'
import { missingInBooks } from './missing-in-books.ts'

const order = (status: OrderStatus, paymentState = 'captured') =>
  ({ status, payments: [{ attempt: 1, state: paymentState }] }) as unknown as Order
const reservation = (status: string, outbox = 0) => ({ value: { status, outbox } as unknown as AuditedReservation })
const ledger = (state: string) => ({ value: [{ key: 'ord_1:1', state } as unknown as PaymentLedgerEntry] })
const audited = (...types: string[]) => ({
  value: { outbox: types.map((type) => ({ type })) } as unknown as AuditedOrder,
})

type Books = Pick<StoryFacts, 'order' | 'audited' | 'reservation' | 'payments'>

const sound: Books = {
  order: order('confirmed'),
  audited: audited(),
  reservation: reservation('allocated'),
  payments: ledger('captured'),
}

describe('missingInBooks', () => {
  it('is nothing for a sound order', () => {
    expect(missingInBooks(sound)).toEqual([])
    const ended = {
      order: order('cancelled', 'declined'),
      reservation: reservation('released'),
      payments: ledger('declined'),
    }
    expect(missingInBooks({ ...sound, ...ended })).toEqual([])
  })

  it.each<[Partial<Books>, string]>([
    [{ audited: audited('order_confirmed') }, 'order_confirmed was decided, but is not published yet'],
    [{ reservation: { value: null } }, 'confirmed, but the product service has no reservation'],
    [{ reservation: reservation('held') }, 'confirmed, but its reservation is held'],
    [{ reservation: reservation('allocated', 2) }, '2 answers of the product service are not published yet'],
    [{ order: order('authorised', 'approved'), reservation: reservation('held') }, 'has not allocated the stock yet'],
    [
      { order: order('cancelled', 'voided'), payments: ledger('voided') },
      'cancelled, but its reservation is still allocated',
    ],
    [{ payments: { value: [] } }, 'the provider knows nothing of it'],
    [{ payments: ledger('approved') }, 'the provider has not captured the money yet'],
    [
      { order: order('paying', 'unknown'), payments: ledger('approved') },
      'payment 1 is unknown here; the provider says approved',
    ],
    [
      { order: order('expired'), reservation: reservation('released') },
      'expired, but the provider has ord_1:1 captured',
    ],
  ])('tells %j', (change, expected) => {
    expect(missingInBooks({ ...sound, ...change })).toContainEqual(expect.stringContaining(expected))
  })
})
