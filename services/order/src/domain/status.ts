import type { OrderReason, OrderStatus } from '@toko/contracts'

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

/** Over without goods or money: nothing is ever done with such an order again. */
export const hasEnded = (status: OrderStatus): boolean => nextStatuses[status].length === 0

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
