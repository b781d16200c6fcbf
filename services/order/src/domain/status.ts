import type { OrderAction, OrderReason, OrderStatus } from '@toko/contracts'
import { lastPayment, type Order } from './order.ts'

/** The picture of order-protocol.md as a table. A move that is not here is a bug (I4). */
export const nextStatuses: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['reserved', 'rejected', 'cancelling'],
  reserved: ['paying', 'cancelling'],
  paying: ['authorised', 'reserved', 'cancelling', 'voiding'],
  voiding: ['cancelling'],
  authorised: ['confirmed'],
  cancelling: ['cancelled', 'expired', 'rejected'],
  confirmed: ['confirmed', 'shipped', 'freeing'],
  shipped: ['shipped', 'completed'],
  completed: ['completed'],
  freeing: ['refunding'],
  refunding: ['cancelled'],
  rejected: [],
  cancelled: [],
  expired: [],
}

const finals: ReadonlySet<OrderStatus> = new Set([
  'confirmed',
  'shipped',
  'completed',
  'rejected',
  'cancelled',
  'expired',
])

/** Final for placement: left only by what people do with a confirmed order (docs/adr/0012). */
export const isFinal = (status: OrderStatus): boolean => finals.has(status)

/** Nothing is left to do, for the sweepers either. */
export const isSettled = (order: Order): boolean =>
  isFinal(order.status) && (order.status !== 'confirmed' || lastPayment(order)?.state === 'captured')

const finalByReason: Readonly<Record<OrderReason, 'cancelled' | 'expired' | 'rejected'>> = {
  'cancelled-by-user': 'cancelled',
  'cancelled-by-staff': 'cancelled',
  'payment-declined': 'cancelled',
  'payment-mismatch': 'cancelled',
  'pending-timeout': 'expired',
  'payment-timeout': 'expired',
  'unpaid-timeout': 'expired',
  'price-changed': 'rejected',
  'insufficient-stock': 'rejected',
  unavailable: 'rejected',
  'too-old': 'rejected',
}

/** Where `cancelling` ends (step 17). */
export const finalStatusOf = (reason: OrderReason): 'cancelled' | 'expired' | 'rejected' => finalByReason[reason]

/** What the owner may do now, so that a page never guesses. */
export function allowedActions(order: Order, maxPaymentAttempts: number): OrderAction[] {
  const isPayable = order.status === 'reserved' && !order.nextMethod && order.payments.length < maxPaymentAttempts
  const isCancellable = ['pending', 'reserved', 'paying'].includes(order.status)
  return [...(isPayable ? (['pay'] as const) : []), ...(isCancellable ? (['cancel'] as const) : [])]
}

/** Derived from the attempts' ledger, never stored (M2). */
export function paymentStatus(order: Order): 'unpaid' | 'pending' | 'declined' | 'authorised' | 'paid' | 'voided' {
  switch (lastPayment(order)?.state) {
    case 'requested':
    case 'unknown':
      return 'pending'
    case 'approved':
      return 'authorised'
    case 'captured':
      return 'paid'
    case 'declined':
      return 'declined'
    case 'voided':
      return 'voided'
    default:
      return 'unpaid'
  }
}
