import { happened, orderEvents, type PaymentEvent } from '@toko/contracts'
import { applyAuthorisation, type PaymentOutcome } from '../domain/apply-payment.ts'
import type { ProviderEvent, ProviderEventStore } from '../store/provider-event-store.ts'
import { advanceOrder } from './advance-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { commit } from './commit.ts'

const batch = 20
const retryMs = 5000

/** Every due time is nearer than this; one beyond was set by a clock that was wrong. */
const horizonMs = 60_000

/** Our own call usually brings the same news; an event that does not wait for it would race it through the next steps. */
const graceMs = 1000

/** Everything else our own calls tell us: such events are acknowledged and not kept. */
const definitive: readonly PaymentEvent['type'][] = ['payment.approved', 'payment.declined']

/** Keeps a webhook's event; a sweeper works on it after the answer. */
export async function keepProviderEvent(
  inbox: ProviderEventStore,
  provider: string,
  event: PaymentEvent,
  nowMs: number,
): Promise<void> {
  if (!definitive.includes(event.type)) return
  const { key, orderId } = event
  await inbox.insert({ _id: `${provider}:${event.id}`, key, orderId, event, dueAt: nowMs + graceMs })
}

const outcomeOf = ({ type, amountMinor }: PaymentEvent): PaymentOutcome =>
  type === 'payment.approved' ? { kind: 'approved', amountMinor } : { kind: 'declined', retryable: true }

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
  // Until the order has ended its own steps look after its last attempt, a void or a refund of it included.
  const isPaidByIt =
    ['paying', 'voiding', 'authorised', 'confirmed', 'shipped', 'completed', 'freeing', 'refunding'].includes(
      order.status,
    ) && order.payments.at(-1)?.key === kept.key
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
async function takeProviderEvent(protocol: Protocol, inbox: ProviderEventStore, kept: ProviderEvent): Promise<void> {
  const { orderId, trace } = kept
  await protocol.resume({ name: 'payment event', orderId, trace }, async () => {
    const claimed = await inbox.claim(kept, protocol.clock.now() + retryMs)
    if (claimed) await work(protocol, inbox, claimed)
  })
}

/** Every kept event that is due, on every replica. */
export async function sweepProviderEvents(protocol: Protocol, inbox: ProviderEventStore): Promise<void> {
  for (;;) {
    const nowMs = protocol.clock.now()
    const due = await inbox.due(nowMs, batch, nowMs + horizonMs)
    await Promise.allSettled(due.map((kept) => takeProviderEvent(protocol, inbox, kept)))
    if (due.length < batch) return
  }
}
