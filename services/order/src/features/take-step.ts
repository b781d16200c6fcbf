import type { Reservation } from '@toko/contracts'
import { applyAuthorisation, applyVoid, giveUpPayment, startPayment } from '../domain/apply-payment.ts'
import { applyReservation } from '../domain/apply-stock.ts'
import { applyTimeLimit } from '../domain/end-order.ts'
import { lastPayment, type Order, withLastPayment } from '../domain/order.ts'
import type { Transition } from '../domain/transition.ts'
import { decision, type Protocol } from './protocol.ts'

/** Writes a move and answers with the order as it is then: moved, or as a faster one left it. Null: nothing to write. */
export async function commit(protocol: Protocol, transition: Transition | null): Promise<Order | null> {
  if (!transition) return null
  return (await protocol.store.write(transition)) ?? (await protocol.store.get(transition.from._id))
}

/**
 * The one next step of an order, decided from its state alone: the request, an event and a sweeper all run this.
 * Returns the order after the step, or null when nothing can be done now: an answer is missing or somebody has to act.
 */
export async function takeStep(protocol: Protocol, order: Order): Promise<Order | null> {
  const late = applyTimeLimit(order, decision(protocol))
  if (late) return commit(protocol, late)
  switch (order.status) {
    case 'pending':
      return withAnswer(protocol, order, await protocol.stock.reserve(order))
    case 'reserved':
      return commit(protocol, startPayment(order, decision(protocol)))
    case 'paying':
      return authorise(protocol, order)
    case 'voiding':
      return voidPayment(protocol, order)
    case 'cancelling':
      return withAnswer(protocol, order, await protocol.stock.release(order))
    case 'authorised':
      return withAnswer(protocol, order, await protocol.stock.allocate(order))
    case 'confirmed':
      return capture(protocol, order)
    default:
      return null
  }
}

function withAnswer(protocol: Protocol, order: Order, answer: Reservation | undefined): Promise<Order | null> | null {
  if (!answer) return null
  if (order.status === 'authorised' && answer.status === 'released') protocol.alerts.raise('not-allocated', order._id)
  return commit(protocol, applyReservation(order, answer, decision(protocol)))
}

/** Step 11. The key is called again while the provider surely remembers it, afterwards it is only asked about (R12). */
async function authorise(protocol: Protocol, order: Order): Promise<Order | null> {
  const payment = lastPayment(order)!
  const isKeyAlive = protocol.clock.now() - payment.firstCallAt < protocol.limits.keyLifeMs
  const outcome = isKeyAlive
    ? await protocol.provider.authorise(order, payment)
    : await protocol.provider.query(payment.key)
  if (outcome.kind === 'approved' && outcome.amountMinor !== payment.amountMinor)
    protocol.alerts.raise('payment-mismatch', order._id)
  if (outcome.kind === 'voided') return commit(protocol, giveUpPayment(order, 'payment-timeout', decision(protocol)))
  return commit(protocol, applyAuthorisation(order, payment.key, outcome, decision(protocol)))
}

async function voidPayment(protocol: Protocol, order: Order): Promise<Order | null> {
  const { key } = lastPayment(order)!
  const outcome = await protocol.provider.void(key)
  if (outcome.kind === 'captured') protocol.alerts.raise('captured-while-voiding', order._id)
  return commit(protocol, applyVoid(order, key, outcome, decision(protocol)))
}

/** Step 20, until done. */
async function capture(protocol: Protocol, order: Order): Promise<Order | null> {
  const payment = lastPayment(order)!
  if (payment.state === 'captured') return null
  const outcome = await protocol.provider.capture(payment.key)
  if (outcome.kind !== 'captured') return null
  const { dueAt: _, ...done } = order
  // The count makes a claim that another replica decided on meanwhile lose: it would set a due time again, for ever.
  const to = { ...done, attempts: order.attempts + 1, payments: withLastPayment(order, { state: 'captured' }) }
  return commit(protocol, { from: order, to, events: [] })
}
