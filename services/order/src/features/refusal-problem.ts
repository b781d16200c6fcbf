import { errors, type ProblemError } from '@toko/contracts'
import { allowedActions, type Viewer } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { mostActs, type Refusal } from '../domain/refusal.ts'
import { decision, type Protocol } from './protocol.ts'

/** illegal-transition with what the viewer could do instead. */
function notNow(protocol: Protocol, order: Order, viewer: Viewer): ProblemError {
  const allowed = allowedActions(order, viewer, decision(protocol))
  return errors.illegalTransition({ extensions: { orderId: order._id, orderStatus: order.status, allowed } })
}

const details: Readonly<Record<Exclude<Refusal['refused'], 'not-now' | 'unknown-shipment'>, string>> = {
  'over-ship': 'more than is left to ship',
  'over-return': 'more than was shipped and is not returned yet',
  'over-restock': 'more than has left the stock and did not come back yet',
  'over-refund-lines': 'lines that the order does not have, or that a refund has paid already',
  'exceeds-refundable': 'not between 1 and what is left to refund',
  'other-currency': 'the order is in another currency',
  'unknown-return': 'the order has no such return',
  'return-taken': 'the return is refunded already',
  'window-closed': 'the time for returns is over',
  'too-many': `at most ${mostActs} shipments, refunds and returns each`,
}

/** A refusal as the API says it: `why` is stable, and what is left comes with it. */
export function problemOf(
  protocol: Protocol,
  order: Order,
  viewer: Viewer,
  { refused, ...left }: Refusal,
): ProblemError {
  if (refused === 'not-now') return notNow(protocol, order, viewer)
  if (refused === 'unknown-shipment') return errors.notFound()
  return errors.conflict({ detail: details[refused], extensions: { orderId: order._id, why: refused, ...left } })
}
