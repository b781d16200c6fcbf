import type { Reservation } from '@toko/contracts'
import { applyAuthorisation, applyCapture, applyVoid, giveUpPayment, startPayment } from '../domain/apply-payment.ts'
import { applyReservation } from '../domain/apply-stock.ts'
import { applyTimeLimit } from '../domain/end-order.ts'
import { lastPayment, type Order } from '../domain/order.ts'
import { openRefunds, pendingWork, type Work } from '../domain/pending-work.ts'
import { closeRefunding } from '../domain/refund.ts'
import { alertOfAnswer, alertOfFreed } from './alert-of-answer.ts'
import { commit } from './commit.ts'
import { payBack } from './pay-back.ts'
import { decision, type Protocol } from './protocol.ts'

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
    case 'shipped':
    case 'completed':
      return finish(protocol, order)
    case 'freeing':
      return (await free(protocol, order)) ?? payOpenRefunds(protocol, order)
    case 'refunding':
      return giveBack(protocol, order)
    default:
      return null
  }
}

function withAnswer(protocol: Protocol, order: Order, answer: Reservation | undefined): Promise<Order | null> | null {
  if (!answer) return null
  alertOfAnswer(protocol, order, answer)
  return commit(protocol, applyReservation(order, answer, decision(protocol)))
}

async function free(protocol: Protocol, order: Order): Promise<Order | null> {
  const answer = await protocol.stock.free(order)
  alertOfFreed(protocol, order, answer)
  return withAnswer(protocol, order, answer)
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
  if (order.status === 'voiding' && outcome.kind === 'captured')
    protocol.alerts.raise('captured-while-voiding', order._id)
  return commit(protocol, applyVoid(order, key, outcome, decision(protocol)))
}

/** What neighbours still owe a confirmed order; a piece that can't be done now leaves the turn to the next. */
async function finish(protocol: Protocol, order: Order): Promise<Order | null> {
  for (const work of pendingWork(order)) {
    const moved = await doWork(protocol, order, work)
    if (moved) return moved
  }
  return null
}

async function doWork(protocol: Protocol, order: Order, work: Work): Promise<Order | null> {
  const { stock, provider } = protocol
  switch (work.kind) {
    case 'capture': {
      const { key } = lastPayment(order)!
      return commit(protocol, applyCapture(order, key, await provider.capture(key), decision(protocol)))
    }
    case 'consume':
      return withAnswer(protocol, order, await stock.consume(order, work.shipment))
    case 'restock':
      return withAnswer(protocol, order, await stock.restock(order, work.refund))
    case 'refund':
      return payBack(protocol, order, work.refund)
  }
}

/** Money of a cancelled order: an authorisation is voided, what was captured is paid back (docs/adr/0012). */
async function giveBack(protocol: Protocol, order: Order): Promise<Order | null> {
  if (lastPayment(order)?.state === 'approved') return voidPayment(protocol, order)
  const closed = closeRefunding(order, decision(protocol))
  return closed ? commit(protocol, closed) : payOpenRefunds(protocol, order)
}

async function payOpenRefunds(protocol: Protocol, order: Order): Promise<Order | null> {
  for (const refund of openRefunds(order)) {
    const moved = await payBack(protocol, order, refund)
    if (moved) return moved
  }
  return null
}
