import type { Refund } from '../domain/acts.ts'
import type { RefundOutcome } from '../domain/apply-payment.ts'
import { lastPayment, type Order } from '../domain/order.ts'
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

/** A provider forgets keys, and would pay twice under an old one (R12): then it is asked first what it has paid. */
async function askProvider(
  { provider, clock, limits }: Protocol,
  order: Order,
  refund: Refund,
): Promise<RefundOutcome> {
  const { key } = lastPayment(order)!
  if (clock.now() - refund.at < limits.keyLifeMs) return provider.refund(key, refund)
  const payment = await provider.query(key)
  if (payment.kind !== 'captured' || payment.refunds === undefined) return { kind: 'unknown' }
  const paid = payment.refunds.find(({ id }) => id === refund.id)
  return paid ? { kind: 'succeeded', amountMinor: paid.amountMinor } : provider.refund(key, refund)
}
