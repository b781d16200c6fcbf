import type { Planted } from './planted.test-support.ts'
import { orderId, refundId, shipmentId } from './book-entries.test-support.ts'

const tea = (quantity: number) => [{ sku: 'TEA-1', quantity }]

/** Violations of the rules of stock, money and fulfilment, one fault each. */
export const plantedAfterPlacement: readonly Planted[] = [
  ['S4', 'a lost movement', ({ stock }) => Object.assign(stock[0]!, { seq: 6, lastSeq: 6 })],
  ['S4', 'a ledger that is behind', ({ stock }) => (stock[0]!.seq = 6)],
  ['S5', 'an allocation without its hold', ({ stock }) => stock[0]!.entries.shift()],
  ['S5', 'a hold of another size', ({ stock }) => (stock[0]!.entries[5]!.quantity = 2)],
  ['S5', 'a released reservation that holds', ({ stock }) => (stock[0]!.entries[2]!.state = 'A')],
  [
    'S5',
    'a consumed reservation that holds',
    ({ stock }) => Object.assign(stock[0]!.entries[4]!, { state: 'A', quantity: 1 }),
  ],
  ['S5', 'a hold of nobody', ({ stock }) => stock[0]!.entries.push({ ...stock[0]!.entries[0]!, orderId: orderId(99) })],
  [
    'S5',
    'a hold that is there twice',
    ({ stock }) => stock[0]!.entries.push({ ...stock[0]!.entries[0]!, quantity: 0 }),
  ],
  ['S7', 'released and consumed', ({ reservations }) => (reservations[4]!.status = 'released')],
  ['S7', 'consumed before it was allocated', ({ reservations }) => (reservations[4]!.status = 'held')],
  ['S7', 'entries of both kinds', ({ stock }) => stock[0]!.entries.push({ ...stock[0]!.entries[4]!, state: 'R' })],
  ['M1', 'more paid back than taken', ({ payments }) => (payments[3]!.refundedMinor = 301)],
  ['M1', 'more taken than authorised', ({ payments }) => (payments[0]!.authorisedMinor = 199)],
  ['M1', 'a negative refund', ({ payments }) => (payments[0]!.refundedMinor = -1)],
  ['M1', 'effects that are not the sums', ({ payments }) => (payments[3]!.refundedMinor = 51)],
  ['M3', 'a refund that the provider does not know', ({ payments }) => payments[3]!.effects.pop()],
  ['M3', 'a refund of another amount', ({ orders }) => (orders[4]!.refunds[0]!.amountMinor = 60)],
  ['M3', 'a capture that the provider does not know', ({ payments }) => (payments[0]!.state = 'approved')],
  [
    'M3',
    'a refund that the provider paid twice',
    ({ payments }) => payments[3]!.effects.push({ ...payments[3]!.effects[2]! }),
  ],
  ['M4', 'cancelled and not paid back', ({ payments }) => (payments[2]!.refundedMinor = 0)],
  ['M4', 'cancelled and still authorised', ({ payments }) => (payments[1]!.state = 'approved')],
  ['M6', 'a capture that acted twice', ({ payments }) => payments[0]!.effects.push(payments[0]!.effects[1]!)],
  ['M6', 'a refund key that acted twice', ({ payments }) => payments[3]!.effects.push(payments[3]!.effects[2]!)],
  ['M6', 'a payment key that is there twice', ({ payments }) => payments.push(payments[0]!)],
  ['M6', 'a refund of two orders', ({ orders }) => orders[5]!.refunds.push({ ...orders[4]!.refunds[0]! })],
  [
    'F1',
    'more shipped than ordered',
    ({ orders }) => orders[4]!.shipments.push({ id: shipmentId(52), state: 'requested', lines: tea(3) }),
  ],
  ['F1', 'a shipment of something else', ({ orders }) => (orders[4]!.shipments[0]!.lines[0]!.sku = 'TEA-2')],
  ['F1', 'a shipment that never left the stock', ({ reservations }) => reservations[4]!.consumptions.pop()],
  ['F1', 'a shipment of another size', ({ reservations }) => (reservations[4]!.consumptions[0]!.lines = tea(2))],
  ['F1', 'more consumed than reserved', ({ reservations }) => (reservations[5]!.consumptions[0]!.lines = tea(2))],
  [
    'F1',
    'a shipment that was consumed twice',
    ({ reservations }) => reservations[4]!.consumptions.push(reservations[4]!.consumptions[0]!),
  ],
  ['F2', 'more restocked than shipped', ({ orders }) => (orders[5]!.refunds[0]!.lines = tea(3))],
  ['F2', 'a restock that the stock does not know', ({ reservations }) => reservations[5]!.restocks.pop()],
  ['F2', 'a restock of another size', ({ reservations }) => (reservations[5]!.restocks[0]!.lines = tea(2))],
  [
    'F2',
    'more restocked than consumed',
    ({ reservations }) => reservations[4]!.restocks.push({ id: refundId(5), lines: tea(2) }),
  ],
  [
    'F2',
    'a return that was restocked twice',
    ({ reservations }) => reservations[5]!.restocks.push(reservations[5]!.restocks[0]!),
  ],
]
