import type { Order as OrderView, OrderReturn, Refund, Shipment } from '@toko/contracts'
import { refundsOf, returnsOf, shipmentsOf } from '../domain/ledgers.ts'
import { allowedActions, fulfilmentStatus, paymentStatus, type Viewer } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import type { Decision } from '../domain/transition.ts'

const iso = (ms: number) => new Date(ms).toISOString()

export const viewHistory = (order: Order) =>
  order.history.map(({ version, status, act, reason, at }) => ({
    version,
    status,
    ...(act ? { act } : {}),
    ...(reason ? { reason } : {}),
    at: iso(at),
  }))

const viewShipments = (order: Order): Shipment[] =>
  shipmentsOf(order).map(({ id, lines, carrier, tracking, state, at, delivery }) => ({
    id,
    lines: [...lines],
    carrier,
    ...(tracking === undefined ? {} : { tracking }),
    state,
    createdAt: iso(at),
    ...(delivery ? { deliveredAt: iso(delivery.at) } : {}),
  }))

const viewRefunds = (order: Order): Refund[] =>
  refundsOf(order).map(({ id, amountMinor, lines, returnId, reason, state, restock, at }) => ({
    id,
    amount: { amount: amountMinor, currency: order.currency },
    ...(lines ? { lines: [...lines] } : {}),
    ...(returnId === undefined ? {} : { returnId }),
    reason,
    state,
    ...(restock ? { restock } : {}),
    createdAt: iso(at),
  }))

const viewReturns = (order: Order): OrderReturn[] =>
  returnsOf(order).map(({ id, lines, reason, state, at }) => ({
    id,
    lines: [...lines],
    reason,
    state,
    createdAt: iso(at),
  }))

/** The order as its owner and staff see it; the two differ in what they may do. */
export function viewOrder(order: Order, viewer: Viewer, decision: Decision): OrderView {
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
    shipments: viewShipments(order),
    refunds: viewRefunds(order),
    returns: viewReturns(order),
    paymentStatus: paymentStatus(order),
    fulfilmentStatus: fulfilmentStatus(order),
    allowedActions: allowedActions(order, viewer, decision),
    ...(order.address ? { address: { ...order.address } } : {}),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  }
}
