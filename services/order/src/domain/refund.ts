import type { Money, MovedLines } from '@toko/contracts'
import type { Refund } from './acts.ts'
import { fits, refundableLines, refundableMinor, refundsOf, restockable, returnsOf } from './ledgers.ts'
import { lastPayment, type Order } from './order.ts'
import { openRefunds } from './pending-work.ts'
import { mostActs, type Refusal, refuse } from './refusal.ts'
import { type Decision, moveTo, noted, type Transition } from './transition.ts'

export const isRefundable = (order: Order): boolean =>
  ['confirmed', 'shipped', 'completed'].includes(order.status) && lastPayment(order)?.state === 'captured'

/** At most one of amount, lines and returnId; none: all that is left. */
export interface NewRefund extends Pick<Refund, 'id' | 'key' | 'bodyHash' | 'reason'> {
  readonly amount?: Money | undefined
  readonly lines?: MovedLines | undefined
  readonly returnId?: string | undefined
  readonly restock: boolean
}

/** Lines at the order's prices; those that it does not have are worth nothing. */
function worth(order: Order, lines: MovedLines): number {
  const prices = new Map(order.lines.map(({ sku, unitPriceMinor }) => [sku, unitPriceMinor]))
  return lines.reduce((sum, { sku, quantity }) => sum + quantity * (prices.get(sku) ?? 0), 0)
}

/** Writes down what is to be paid back, before the provider hears of it (R11); all refunds together never exceed what was captured (M1). */
export function refund(order: Order, wanted: NewRefund, decision: Decision): Transition | Refusal {
  const { amount, returnId, restock, id, key, bodyHash, reason } = wanted
  if (!isRefundable(order)) return refuse('not-now')
  if (amount && amount.currency !== order.currency) return refuse('other-currency')
  const returned = returnsOf(order).find((each) => each.id === returnId)
  if (returnId !== undefined && !returned) return refuse('unknown-return')
  if (returned && refundsOf(order).some((each) => each.returnId === returnId)) return refuse('return-taken')
  const lines = returned?.lines ?? wanted.lines
  if (lines && !fits(lines, refundableLines(order)))
    return refuse('over-refund-lines', { lines: refundableLines(order) })
  const left = refundableMinor(order)
  const amountMinor = amount?.amount ?? (lines ? worth(order, lines) : left)
  if (amountMinor < 1 || amountMinor > left) return refuse('exceeds-refundable', { refundableMinor: left })
  if (restock && lines && !fits(lines, restockable(order))) return refuse('over-restock', { lines: restockable(order) })
  if (refundsOf(order).length >= mostActs) return refuse('too-many')
  const made: Refund = {
    id,
    key,
    bodyHash,
    amountMinor,
    reason,
    state: 'requested',
    at: decision.nowMs,
    ...(lines ? { lines } : {}),
    ...(returned ? { returnId: returned.id } : {}),
    ...(restock && lines ? { restock: 'requested' } : {}),
  }
  return moveTo(order, order.status, decision, { refunds: [...refundsOf(order), made] }, 'refund')
}

/** The refunds with one for all that is left; its id follows from the cancellation's, so that every replica makes the same. */
export function withOwedRefund(order: Order, { nowMs }: Decision): Pick<Order, 'refunds'> {
  const amountMinor = refundableMinor(order)
  if (amountMinor < 1) return {}
  const { id: key } = order.cancellation!
  const id = key.replace(/^cnl_/, 'rfd_')
  const owed: Refund = { id, key, bodyHash: '', amountMinor, reason: 'cancelled', state: 'requested', at: nowMs }
  return { refunds: [...refundsOf(order), owed] }
}

/** refunding → cancelled once nothing of the money is left at the provider; null while there is. */
export function closeRefunding(order: Order, decision: Decision, change: Partial<Order> = {}): Transition | null {
  const after = { ...order, ...change }
  const isPaidBack = refundableMinor(after) === 0 && openRefunds(after).length === 0
  const isOpen = lastPayment(after)?.state === 'approved'
  return order.status === 'refunding' && isPaidBack && !isOpen ? moveTo(order, 'cancelled', decision, change) : null
}

/** The provider has paid a refund back: a step of its own, or the last of a cancellation. Null when it is known already. */
export function applyRefund(order: Order, refundId: string, decision: Decision): Transition | null {
  const done = openRefunds(order).find(({ id }) => id === refundId)
  if (!done) return null
  const refunds = refundsOf(order).map((each) => (each === done ? { ...each, state: 'succeeded' as const } : each))
  // While an order ends, earlier refunds go on; followers hear of all of them with the end.
  if (order.status === 'freeing' || order.status === 'refunding')
    return closeRefunding(order, decision, { refunds }) ?? noted(order, decision, { refunds })
  if (!isRefundable(order)) return null
  if (done.returnId === undefined) return moveTo(order, order.status, decision, { refunds }, 'refunded')
  const returns = returnsOf(order).map((each) =>
    each.id === done.returnId ? { ...each, state: 'refunded' as const } : each,
  )
  return moveTo(order, order.status, decision, { refunds, returns }, 'refunded')
}
