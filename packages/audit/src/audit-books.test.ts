import { describe, expect, it } from 'vitest'
import { auditBooks, isAtRest } from './audit-books.ts'
import type { Books } from './books.ts'
import { type DraftBooks, nowMs, orderId, soundBooks } from './sound-books.test-support.ts'

const audit = (books: DraftBooks) => auditBooks(books, nowMs)
const violated = (books: DraftBooks) =>
  audit(books)
    .filter(({ violations }) => violations.length > 0)
    .map(({ id }) => id)

const justNow = new Date(nowMs - 1000).toISOString()

describe('auditBooks', () => {
  it('finds nothing in sound books, and has looked at something for every invariant', () => {
    const findings = audit(soundBooks())
    expect(findings.map(({ id }) => id)).toEqual([
      'I1',
      'I2',
      'I3',
      'I4',
      'I5',
      'I6',
      'I7',
      'I8',
      'I9',
      'I10',
      'I11',
      'I12',
      'I13',
    ])
    expect(findings.flatMap(({ violations }) => violations)).toEqual([])
    expect(findings.filter(({ checked }) => checked === 0)).toEqual([])
    expect(isAtRest(soundBooks() as Books)).toBe(true)
  })

  const planted: readonly (readonly [string, string, (books: DraftBooks) => void])[] = [
    ['I1', 'negative stock', ({ stock }) => Object.assign(stock[0]!, { available: -1, onHand: 1 })],
    ['I1', 'on hand that does not add up', ({ stock }) => void (stock[0]!.onHand = 11)],
    ['I1', 'a leaked hold', ({ stock }) => void (stock[0]!.entries[1]!.state = 'A')],
    ['I2', 'more allocated than received', ({ reservations }) => void (reservations[0]!.lines[0]!.quantity = 11)],
    [
      'I2',
      'an allocation of a SKU without stock',
      ({ reservations }) => void (reservations[0]!.lines[0]!.sku = 'NO-1'),
    ],
    [
      'I3',
      'two orders of one key',
      ({ orders }) => void (orders[1]!.idempotencyKeyHash = orders[0]!.idempotencyKeyHash),
    ],
    ['I3', 'two orders of one cart', ({ orders }) => void (orders[1]!.cartId = orders[0]!.cartId)],
    ['I4', 'a jump in the history', ({ orders }) => void orders[0]!.history.splice(1, 3)],
    ['I4', 'a move that is not in the picture', ({ orders }) => void (orders[0]!.history[3]!.status = 'voiding')],
    ['I4', 'a final status that was left', ({ orders }) => void (orders[0]!.history[1]!.status = 'confirmed')],
    ['I4', 'a history that ends elsewhere', ({ orders }) => void (orders[0]!.status = 'authorised')],
    ['I4', 'a version of its own', ({ orders }) => void orders[0]!.version++],
    ['I4', 'a beginning in the middle', ({ orders }) => void orders[2]!.history.shift()],
    [
      'I5',
      'two authorisations',
      ({ payments }) => payments.push({ ...payments[0]!, key: `${orderId(1)}:2`, state: 'approved' }),
    ],
    ['I6', 'confirmed without an approval', ({ payments }) => void (payments[0]!.state = 'declined')],
    ['I6', 'confirmed without stock', ({ reservations }) => void (reservations[0]!.status = 'released')],
    [
      'I7',
      'a message of a version to come',
      ({ orders }) => orders[0]!.outbox.push({ id: 'evt_1', type: 'order_confirmed', version: 6, time: justNow }),
    ],
    ['I7', 'a reservation without an order', ({ orders }) => void orders.pop()],
    ['I7', 'a payment that no order asked for', ({ orders }) => void (orders[1]!.payments = [])],
    ['I7', 'an allocation before the pivot', ({ reservations }) => void (reservations[1]!.status = 'allocated')],
    [
      'I8',
      'a stuck order',
      ({ orders }) => {
        orders[2]!.history.pop()
        Object.assign(orders[2]!, { status: 'pending', version: 1 })
      },
    ],
    [
      'I9',
      'confirmed and not captured',
      ({ payments }) => Object.assign(payments[0]!, { effects: payments[0]!.effects.slice(0, 1), capturedMinor: 0 }),
    ],
    ['I9', 'captured twice', ({ payments }) => payments[0]!.effects.push(payments[0]!.effects[1]!)],
    ['I9', 'captured too much', ({ payments }) => void (payments[0]!.capturedMinor = 201)],
    ['I9', 'ended and charged', ({ payments }) => void (payments[1]!.capturedMinor = 300)],
    ['I9', 'ended with an open authorisation', ({ payments }) => void (payments[1]!.state = 'approved')],
    ['I9', 'ended with a hold', ({ stock }) => void (stock[0]!.entries[1]!.state = 'A')],
    ['I9', 'confirmed with a hold of another size', ({ stock }) => void (stock[0]!.entries[0]!.quantity = 1)],
    [
      'I10',
      'an old message',
      ({ orders }) =>
        orders[0]!.outbox.push({ id: 'evt_1', type: 'order_confirmed', version: 5, time: orders[0]!.createdAt }),
    ],
    ['I10', 'an old message of a reservation', ({ reservations }) => void (reservations[1]!.outbox = 1)],
    [
      'I11',
      'a repeated key with two orders',
      ({ orders }) => void (orders[1]!.idempotencyKeyHash = orders[0]!.idempotencyKeyHash),
    ],
    ['I12', 'a follower behind', ({ reservations }) => void (reservations[1]!.status = 'held')],
    [
      'I12',
      'a confirmation that was never told',
      ({ orders }) =>
        orders[0]!.outbox.push({ id: 'evt_1', type: 'order_confirmed', version: 5, time: orders[0]!.createdAt }),
    ],
    ['I13', 'stock from nowhere', ({ stock }) => Object.assign(stock[0]!, { available: 9, onHand: 11 })],
    ['I13', 'a lost movement', ({ stock }) => Object.assign(stock[0]!, { seq: 2, lastSeq: 2 })],
    ['I13', 'a ledger that is behind', ({ stock }) => void (stock[0]!.seq = 2)],
    ['I13', 'lost stock', ({ stock }) => Object.assign(stock[0]!, { available: 7, onHand: 9 })],
  ]

  it.each(planted)('%s sees %s', (id, _what, plant) => {
    const books = soundBooks()
    plant(books)
    expect(violated(books)).toContain(id)
  })

  it('every invariant has a planted violation', () => {
    expect(new Set(planted.map(([id]) => id)).size).toBe(13)
  })

  it('leaves what is under way alone, and says so', () => {
    const books = soundBooks()
    const [, declined, rejected] = books.orders
    const until = (order: typeof declined, count: number) => {
      order!.history = order!.history.slice(0, count)
      order!.history.at(-1)!.at = justNow
      Object.assign(order!, { status: order!.history.at(-1)!.status, version: count })
    }
    until(rejected, 1)
    until(declined, 2)
    declined!.payments = []
    declined!.dueAt = new Date(nowMs + 60_000).toISOString()
    declined!.history.at(-1)!.at = books.orders[0]!.createdAt // reserved an hour ago: the customer has not paid yet
    books.payments.pop()
    books.reservations[1]!.status = 'held'
    books.stock[0]!.entries[1]!.state = 'A'
    Object.assign(books.stock[0]!, { available: 5, reserved: 5 })
    books.orders[0]!.outbox.push({ id: 'evt_1', type: 'order_confirmed', version: 5, time: justNow })
    expect(violated(books)).toEqual([])
    const notes = Object.fromEntries(audit(books).map(({ id, note }) => [id, note]))
    expect(notes['I8']).toBe('1 wait for their customer to pay; 1 under way')
    expect(notes['I10']).toContain('1 with messages of just now')
    expect(isAtRest(books as Books)).toBe(false)
  })

  it('does not compare what changed while the books were read, and does once they are read later', () => {
    const books = soundBooks()
    // Placed and confirmed after stock, reservations and payments were read: only the orders know of it.
    const late = structuredClone(books.orders[0]!)
    for (const step of late.history) step.at = new Date(books.readFromMs + 100).toISOString()
    const id = orderId(9)
    const payment = { ...late.payments[0]!, key: `${id}:1` }
    books.orders.push({ ...late, id, cartId: 'crt_9', idempotencyKeyHash: 'hash 9', payments: [payment] })
    expect(violated(books)).toEqual([])
    expect(audit(books).at(-1)!.note).toBe('1 SKUs were moving while the books were read')
    books.readFromMs += 60_000
    expect(violated(books)).toEqual(['I6', 'I9', 'I12'])
  })
})
