import { describe, expect, it } from 'vitest'
import { auditBooks, invariantIds } from './audit-books.ts'
import { subjectOf } from './finding.ts'
import { isAtRest } from './is-at-rest.ts'
import { plantedAfterPlacement } from './planted-after-placement.test-support.ts'
import { plantedInPlacement } from './planted.test-support.ts'
import { justNow, nowMs, orderId, shipmentId } from './book-entries.test-support.ts'
import { type DraftBooks, soundBooks } from './sound-books.test-support.ts'

const audit = (books: DraftBooks) => auditBooks(books, nowMs)
const violations = (books: DraftBooks) => audit(books).flatMap((finding) => finding.violations)
const violated = (books: DraftBooks) =>
  audit(books)
    .filter((finding) => finding.violations.length > 0)
    .map(({ id }) => id)
const noteOf = (books: DraftBooks, id: string) => audit(books).find((finding) => finding.id === id)!.note

const planted = [...plantedInPlacement, ...plantedAfterPlacement]

describe('auditBooks', () => {
  it('finds nothing in sound books, and has looked at something for every rule', () => {
    const findings = audit(soundBooks())
    expect(findings.map(({ id }) => id)).toEqual(invariantIds)
    expect(findings.flatMap((finding) => finding.violations)).toEqual([])
    expect(findings.filter(({ checked }) => checked === 0)).toEqual([])
    expect(isAtRest(soundBooks())).toBe(true)
  })

  it.each(planted)('%s sees %s', (id, _what, plant) => {
    const books = soundBooks()
    plant(books)
    expect(violated(books)).toContain(id)
    for (const violation of violations(books)) expect(subjectOf(violation)).toMatch(/^(ord_\d{32}(:\d)?|[A-Z]+-\d)$/)
  })

  it('every rule has a planted violation', () => {
    expect(new Set(planted.map(([id]) => id))).toEqual(new Set(invariantIds))
  })
})

/** An order of the sound books as it was after some steps, the last of them a second ago. */
function until(books: DraftBooks, index: number, steps: number) {
  const order = books.orders[index]!
  order.history = order.history.slice(0, steps)
  const last = order.history.at(-1)!
  last.at = justNow
  Object.assign(order, { status: last.status, version: steps, updatedAt: justNow })
  return order
}

describe('what is under way', () => {
  it('is left alone, and told', () => {
    const books = soundBooks()
    until(books, 2, 1)
    const declined = until(books, 1, 2)
    Object.assign(declined, { payments: [], dueAt: new Date(nowMs + 60_000).toISOString() })
    declined.history.at(-1)!.at = books.orders[0]!.createdAt // reserved an hour ago: the customer has not paid yet
    books.payments.splice(1, 1)
    books.reservations[1]!.status = 'held'
    books.stock[0]!.entries[1]!.state = 'A'
    Object.assign(books.stock[0]!, { available: 10, reserved: 8 })
    books.orders[0]!.outbox.push({ id: 'evt_1', type: 'order_confirmed', version: 5, time: justNow })
    expect(violations(books)).toEqual([])
    expect(noteOf(books, 'I8')).toBe('1 wait for their customer to pay; 1 under way')
    expect(noteOf(books, 'I10')).toContain('1 with messages of just now')
    expect(isAtRest(books)).toBe(false)
  })

  it('is a shipment that the stock has not heard of, until it takes too long', () => {
    const books = soundBooks()
    const order = books.orders[4]!
    order.shipments.push({ id: shipmentId(52), state: 'requested', lines: [{ sku: 'TEA-1', quantity: 1 }] })
    order.history.push({ version: 9, status: 'shipped', act: 'shipment', at: justNow })
    order.version = 9
    expect(violations(books)).toEqual([])
    expect(isAtRest(books)).toBe(false)
    order.history.at(-1)!.at = books.orders[0]!.createdAt
    expect(violated(books)).toEqual(['I8'])
  })

  it('is the answer to a shipment of an old order', () => {
    const books = soundBooks()
    books.reservations[4]!.outbox = 1
    expect(violated(books)).toEqual(['I10'])
    books.orders[4]!.updatedAt = justNow
    expect(violations(books)).toEqual([])
    expect(noteOf(books, 'I10')).toContain('1 with messages of just now')
  })

  it('is the end of a cancellation after confirmation', () => {
    const books = soundBooks()
    until(books, 3, 7) // refunding
    books.orders[3]!.refunds[0]!.state = 'requested'
    expect(violations(books)).toEqual([])
    expect(noteOf(books, 'I8')).toBe('1 under way')
  })

  it('is not compared while the books are read, and is once they are read later', () => {
    const books = soundBooks()
    // Placed and confirmed after stock, reservations and payments were read: only the orders know of it.
    const late = structuredClone(books.orders[0]!)
    for (const step of late.history) step.at = new Date(books.readFromMs + 100).toISOString()
    const id = orderId(9)
    const payment = { ...late.payments[0]!, key: `${id}:1` }
    books.orders.push({ ...late, id, cartId: 'crt_9', idempotencyKeyHash: 'hash 9', payments: [payment] })
    expect(violations(books)).toEqual([])
    expect(noteOf(books, 'I13')).toBe('1 SKUs were moving while the books were read')
    books.readFromMs += 60_000
    expect(violated(books)).toEqual(['I6', 'I9', 'I12', 'M3'])
  })

  it('is a shipment that was noted while the books were read, long after it was asked for', () => {
    const books = soundBooks()
    // The stock and the reservation were read before the goods left, the order afterwards.
    books.reservations[4]!.consumptions = []
    books.stock[0]!.entries[3]!.quantity = 3
    Object.assign(books.stock[0]!, { onHand: 19, reserved: 6, shipped: 2, seq: 4, lastSeq: 4, movements: 4 })
    expect(violated(books)).not.toEqual([])
    books.orders[4]!.updatedAt = justNow
    expect(violations(books)).toEqual([])
  })

  it('may take as long as the caller says', () => {
    const books = soundBooks()
    until(books, 2, 1)
    expect(violations(books)).toEqual([])
    const impatient = auditBooks(books, nowMs, { settledAfterMs: 500 })
    expect(impatient.find(({ id }) => id === 'I8')!.violations).toEqual([`${orderId(3)}: pending for 1 s`])
  })
})

describe('a part of the books', () => {
  const part = () => {
    const books = soundBooks()
    books.covers = new Set([orderId(5)])
    books.orders = [books.orders[4]!]
    books.reservations = [books.reservations[4]!]
    books.payments = [books.payments[3]!]
    return books
  }
  it('does not miss the orders that it leaves out', () => {
    expect(violations(part())).toEqual([])
  })
  it('shows what is wrong with the ones that it covers', () => {
    const books = part()
    books.reservations = []
    expect(violated(books)).toEqual(['I6', 'I9', 'I12', 'S5', 'F1'])
    expect(violations(books)).toContain(`TEA-1: holds 2 for ${orderId(5)}, which has no reservation`)
  })
})
