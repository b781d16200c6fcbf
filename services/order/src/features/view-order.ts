import type { Order as OrderView } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import { allowedActions, paymentStatus } from '../domain/status.ts'

const iso = (ms: number) => new Date(ms).toISOString()

export const viewHistory = (order: Order) =>
  order.history.map(({ version, status, reason, at }) => ({
    version,
    status,
    ...(reason ? { reason } : {}),
    at: iso(at),
  }))

/** The order as its owner and staff see it. */
export function viewOrder(order: Order, maxPaymentAttempts: number): OrderView {
  const { currency } = order
  const money = (amount: number) => ({ amount, currency })
  const isPriced = order.lines.length > 0
  return {
    id: order._id,
    number: order.number,
    userId: order.userId,
    cartId: order.cartId,
    status: order.status,
    ...(order.reason ? { reason: order.reason } : {}),
    version: order.version,
    currency,
    lines: isPriced
      ? order.lines.map(({ unitPriceMinor, ...line }) => ({
          ...line,
          unitPrice: money(unitPriceMinor),
          lineTotal: money(unitPriceMinor * line.quantity),
        }))
      : order.request.map((line) => ({ ...line })),
    total: isPriced ? money(order.totalMinor) : null,
    expectedTotal: money(order.expectedTotalMinor),
    ...(order.shortages ? { shortages: [...order.shortages] } : {}),
    payments: order.payments.map(({ attempt, state, amountMinor, method, declineCode, retryable, firstCallAt }) => ({
      attempt,
      state,
      amount: money(amountMinor),
      method,
      ...(declineCode === undefined ? {} : { declineCode }),
      ...(retryable === undefined ? {} : { retryable }),
      requestedAt: iso(firstCallAt),
    })),
    shipments: [],
    refunds: [],
    returns: [],
    paymentStatus: paymentStatus(order),
    fulfilmentStatus: order.status === 'confirmed' ? 'unfulfilled' : 'none',
    allowedActions: allowedActions(order, maxPaymentAttempts),
    ...(order.address ? { address: { ...order.address } } : {}),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  }
}
