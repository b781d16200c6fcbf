import type { Refund } from '../domain/acts.ts'
import { refundedMinor } from '../domain/ledgers.ts'
import type { RefundOutcome } from '../domain/apply-payment.ts'
import { lastPayment, type Order } from '../domain/order.ts'
import { openRefunds } from '../domain/pending-work.ts'
import { applyRefund } from '../domain/refund.ts'
import { commit } from './commit.ts'
import { decision, type Protocol } from './protocol.ts'

/** Has the provider pay a refund back, under the refund's own id as its key, until it says that it did. */
export async function payBack(protocol: Protocol, order: Order, refund: Refund): Promise<Order | null> {
  const outcome = await askProvider(protocol, order, refund)
  if (outcome.kind === 'unknown') return null
  if (outcome.kind === 'succeeded' && outcome.amountMinor === refund.amountMinor)
    return commit(protocol, applyRefund(order, refund.id, decision(protocol)))
  // Never given up in silence: the refund stays open, and every turn says so again.
  protocol.alerts.raise(outcome.kind === 'refused' ? 'refund-refused' : 'payment-mismatch', order._id)
  return null
}

/**
 * A provider forgets keys, and would pay twice under an old one (R12). What it says of the whole payment then tells whether
 * none or all of the open refunds were paid; in between only a person can tell which.
 */
async function askProvider(
  { provider, clock, limits, alerts }: Protocol,
  order: Order,
  refund: Refund,
): Promise<RefundOutcome> {
  const { key } = lastPayment(order)!
  if (clock.now() - refund.at < limits.keyLifeMs) return provider.refund(key, refund)
  const payment = await provider.query(key)
  if (payment.kind !== 'captured' || payment.refundedMinor === undefined) return { kind: 'unknown' }
  const settledMinor = refundedMinor(order)
  const openMinor = openRefunds(order).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  if (payment.refundedMinor === settledMinor) return provider.refund(key, refund)
  if (payment.refundedMinor === settledMinor + openMinor) return { kind: 'succeeded', amountMinor: refund.amountMinor }
  alerts.raise('refund-late', order._id)
  return { kind: 'unknown' }
}
