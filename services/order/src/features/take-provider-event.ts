import { happened, orderEvents, type PaymentEvent } from '@toko/contracts'
import { applyAuthorisation, type PaymentOutcome } from '../domain/apply-payment.ts'
import type { ProviderEvent, ProviderEventStore } from '../store/provider-event-store.ts'
import { advanceOrder } from './advance-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { commit } from './take-step.ts'

const retryMs = 5000

/** Keeps a webhook's event; its work is done afterwards, whoever comes first. */
export async function keepProviderEvent(
  inbox: ProviderEventStore,
  provider: string,
  event: PaymentEvent,
  nowMs: number,
): Promise<ProviderEvent | null> {
  const kept = { _id: `${provider}:${event.id}`, key: event.key, orderId: event.orderId, event, dueAt: nowMs }
  return (await inbox.insert(kept)) ? kept : null
}

/** Only definitive authorisations move an order; everything else is told by our own calls. */
function outcomeOf(event: PaymentEvent): PaymentOutcome {
  if (event.type === 'payment.approved') return { kind: 'approved', amountMinor: event.amountMinor }
  if (event.type === 'payment.declined') return { kind: 'declined', retryable: true }
  return { kind: 'unknown' }
}

async function work(protocol: Protocol, inbox: ProviderEventStore, kept: ProviderEvent): Promise<void> {
  const order = await protocol.store.get(kept.orderId)
  if (!order) {
    protocol.alerts.raise('unknown-order', kept.orderId)
    return inbox.finish(kept, 'unknown-order')
  }
  const moved = await commit(protocol, applyAuthorisation(order, kept.key, outcomeOf(kept.event), decision(protocol)))
  if (moved) {
    await advanceOrder(protocol, moved)
    return inbox.finish(kept, 'applied')
  }
  const isPaidByIt =
    ['paying', 'authorised', 'confirmed', 'voiding'].includes(order.status) && order.payments.at(-1)?.key === kept.key
  if (kept.event.type !== 'payment.approved' || isPaidByIt) return inbox.finish(kept, 'ignored')
  // A late success never revives an order: the money goes back.
  const state = await protocol.provider.query(kept.key)
  if (state.kind !== 'approved') return state.kind === 'unknown' ? undefined : inbox.finish(kept, 'ignored')
  if ((await protocol.provider.void(kept.key)).kind !== 'voided') return
  protocol.alerts.raise('payment-orphaned', order._id)
  const data = { orderId: order._id, paymentKey: kept.key }
  await inbox.finish(kept, 'orphaned', [happened(orderEvents.paymentOrphaned, { subject: order._id, data })])
}

/** Works on one kept event; what can't be finished now is found again by its `dueAt`. */
export async function takeProviderEvent(
  protocol: Protocol,
  inbox: ProviderEventStore,
  kept: ProviderEvent,
): Promise<void> {
  const claimed = await inbox.claim(kept, protocol.clock.now() + retryMs)
  if (claimed) await work(protocol, inbox, claimed)
}

/** Every kept event that is due, on every replica. */
export async function sweepProviderEvents(protocol: Protocol, inbox: ProviderEventStore): Promise<void> {
  const due = await inbox.due(protocol.clock.now(), 50)
  await Promise.allSettled(due.map((kept) => takeProviderEvent(protocol, inbox, kept)))
}
