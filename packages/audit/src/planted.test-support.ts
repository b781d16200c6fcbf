import { justNow, longAgo, orderId } from './book-entries.test-support.ts'
import type { DraftBooks } from './sound-books.test-support.ts'

/** A rule that must see it, what it is, and how it comes into sound books. */
export type Planted = readonly [rule: string, what: string, plant: (books: DraftBooks) => unknown]

const message = (version: number, time: string) => ({ id: 'evt_1', type: 'order_confirmed', version, time })

/** Violations of I1–I13, one fault each. */
export const plantedInPlacement: readonly Planted[] = [
  ['I1', 'negative stock', ({ stock }) => Object.assign(stock[0]!, { available: -1, onHand: 4 })],
  ['I1', 'on hand that does not add up', ({ stock }) => (stock[0]!.onHand = 11)],
  ['I1', 'a leaked hold', ({ stock }) => (stock[0]!.entries[1]!.state = 'A')],
  ['I2', 'more allocated than received', ({ reservations }) => (reservations[0]!.lines[0]!.quantity = 16)],
  ['I2', 'an allocation of a SKU without stock', ({ reservations }) => (reservations[0]!.lines[0]!.sku = 'NO-1')],
  ['I2', 'more to be shipped than there is', ({ stock }) => Object.assign(stock[0]!, { onHand: 4, available: -1 })],
  ['I3', 'two orders of one key', ({ orders }) => (orders[1]!.idempotencyKeyHash = orders[0]!.idempotencyKeyHash)],
  ['I3', 'two orders of one cart', ({ orders }) => (orders[1]!.cartId = orders[0]!.cartId)],
  ['I4', 'a jump in the history', ({ orders }) => orders[0]!.history.splice(1, 3)],
  ['I4', 'a move that is not in the picture', ({ orders }) => (orders[0]!.history[3]!.status = 'voiding')],
  ['I4', 'a final status that was left', ({ orders }) => (orders[0]!.history[1]!.status = 'confirmed')],
  ['I4', 'a history that ends elsewhere', ({ orders }) => (orders[0]!.status = 'authorised')],
  ['I4', 'a version of its own', ({ orders }) => orders[0]!.version++],
  ['I4', 'a beginning in the middle', ({ orders }) => orders[2]!.history.shift()],
  ['I4', 'a step that stays, with nothing done', ({ orders }) => delete orders[4]!.history[6]!.act],
  ['I4', 'a return before anything is shipped', ({ orders }) => (orders[4]!.history[5]!.act = 'return')],
  ['I4', 'a shipment after completion', ({ orders }) => (orders[5]!.history[9]!.act = 'shipment')],
  ['I4', 'a cancellation after a shipment', ({ orders }) => (orders[3]!.history[4]!.status = 'shipped')],
  [
    'I5',
    'two authorisations',
    ({ payments }) => payments.push({ ...payments[0]!, key: `${orderId(1)}:2`, state: 'approved' }),
  ],
  ['I6', 'confirmed without an approval', ({ payments }) => (payments[0]!.state = 'declined')],
  ['I6', 'confirmed without stock', ({ reservations }) => (reservations[0]!.status = 'released')],
  ['I6', 'completed without a reservation', ({ reservations }) => reservations.splice(5, 1)],
  ['I7', 'a message of a version to come', ({ orders }) => orders[0]!.outbox.push(message(6, justNow))],
  ['I7', 'a reservation without an order', ({ orders }) => orders.pop()],
  ['I7', 'a payment that no order asked for', ({ orders }) => (orders[1]!.payments = [])],
  ['I7', 'an allocation before the pivot', ({ reservations }) => (reservations[1]!.status = 'allocated')],
  ['I7', 'a consumption of no shipment', ({ orders }) => orders[4]!.shipments.pop()],
  ['I7', 'a restock of no refund', ({ orders }) => delete orders[5]!.refunds[0]!.restock],
  ['I7', 'a refund that nobody asked for', ({ orders }) => orders[4]!.refunds.pop()],
  ['I7', 'a freed allocation of an order that stands', ({ reservations }) => (reservations[0]!.reason = 'order-freed')],
  [
    'I8',
    'a stuck order',
    ({ orders }) => {
      orders[2]!.history.pop()
      Object.assign(orders[2]!, { status: 'pending', version: 1 })
    },
  ],
  ['I8', 'an order that is held back', ({ orders }) => (orders[0]!.parked = 'no price')],
  ['I8', 'a shipment that never leaves', ({ orders }) => (orders[4]!.shipments[0]!.state = 'requested')],
  ['I8', 'a refund that is never paid', ({ orders }) => (orders[4]!.refunds[0]!.state = 'requested')],
  ['I8', 'a restock that never comes', ({ orders }) => (orders[5]!.refunds[0]!.restock = 'requested')],
  [
    'I9',
    'confirmed and not captured',
    ({ payments }) => Object.assign(payments[0]!, { effects: payments[0]!.effects.slice(0, 1), capturedMinor: 0 }),
  ],
  ['I9', 'captured twice', ({ payments }) => payments[0]!.effects.push(payments[0]!.effects[1]!)],
  ['I9', 'captured too much', ({ payments }) => (payments[0]!.capturedMinor = 201)],
  ['I9', 'ended and charged', ({ payments }) => (payments[1]!.capturedMinor = 300)],
  ['I9', 'ended with an open authorisation', ({ payments }) => (payments[1]!.state = 'approved')],
  ['I9', 'ended with a hold', ({ stock }) => (stock[0]!.entries[1]!.state = 'A')],
  ['I9', 'confirmed with a hold of another size', ({ stock }) => (stock[0]!.entries[0]!.quantity = 1)],
  [
    'I9',
    'cancelled after confirmation, and still allocated',
    ({ reservations }) => (reservations[3]!.status = 'allocated'),
  ],
  ['I9', 'cancelled after confirmation, and not paid back', ({ payments }) => (payments[2]!.refundedMinor = 399)],
  ['I9', 'completed with goods that never left', ({ reservations }) => reservations[5]!.consumptions.pop()],
  ['I9', 'partly shipped with the whole hold', ({ stock }) => (stock[0]!.entries[3]!.quantity = 3)],
  ['I10', 'an old message', ({ orders }) => orders[0]!.outbox.push(message(5, longAgo))],
  ['I10', 'an old message of a reservation', ({ reservations }) => (reservations[1]!.outbox = 1)],
  [
    'I11',
    'a repeated key with two orders',
    ({ orders }) => (orders[1]!.idempotencyKeyHash = orders[0]!.idempotencyKeyHash),
  ],
  ['I12', 'a follower behind', ({ reservations }) => (reservations[1]!.status = 'held')],
  ['I12', 'a confirmation that was never told', ({ orders }) => orders[0]!.outbox.push(message(5, longAgo))],
  ['I12', 'a cancellation that was never followed', ({ reservations }) => (reservations[3]!.status = 'allocated')],
  ['I13', 'stock from nowhere', ({ stock }) => Object.assign(stock[0]!, { available: 14, onHand: 19 })],
  ['I13', 'lost stock', ({ stock }) => Object.assign(stock[0]!, { available: 12, onHand: 17 })],
  ['I13', 'a return that is not in the stock', ({ stock }) => (stock[0]!.received = 22)],
  [
    'I13',
    'a shipment that no reservation knows',
    ({ stock }) => Object.assign(stock[0]!, { shipped: 4, received: 22 }),
  ],
  ['I13', 'a promise without a hold', ({ reservations }) => (reservations[6]!.lines[0]!.quantity = 2)],
]
