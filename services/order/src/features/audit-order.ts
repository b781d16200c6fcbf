import { createHash } from 'node:crypto'
import { AuditedOrder } from '@toko/contracts'
import { refundsOf, shipmentsOf } from '../domain/ledgers.ts'
import { soundness } from '../domain/soundness.ts'
import type { StoredOrder } from '../store/order-query-store.ts'
import { viewHistory } from './view-order.ts'

function identity(order: StoredOrder) {
  return {
    id: order._id,
    userId: order.userId,
    // oxlint-disable-next-line typescript/no-unnecessary-template-expression -- a document changed by hand may have anything here
    idempotencyKeyHash: createHash('sha256').update(`${order.idemKey}`).digest('hex'),
    cartId: order.cartId,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  }
}

function full(order: StoredOrder): AuditedOrder {
  return {
    ...identity(order),
    status: order.status,
    ...(order.reason ? { reason: order.reason } : {}),
    version: order.version,
    history: viewHistory(order),
    totalMinor: order.totalMinor,
    payments: order.payments.map(({ attempt, key, state, amountMinor }) => ({ attempt, key, state, amountMinor })),
    lines: order.request.map(({ sku, quantity }) => ({ sku, quantity })),
    shipments: shipmentsOf(order).map(({ id, state, lines }) => ({ id, state, lines: [...lines] })),
    refunds: refundsOf(order).map(({ id, amountMinor, state, restock, lines }) => ({
      id,
      amountMinor,
      state,
      ...(restock ? { restock } : {}),
      ...(lines ? { lines: [...lines] } : {}),
    })),
    outbox: order.outbox.map(({ id, type, version, time }) => ({
      id,
      type,
      time,
      ...(version === undefined ? {} : { version }),
    })),
    replays: order.replays,
    attempts: order.attempts,
    dueAt: order.dueAt === undefined ? null : new Date(order.dueAt).toISOString(),
  }
}

/** What can be shown of a document that makes no sense: that it is there, and what is wrong with it. */
const bare = (order: StoredOrder): AuditedOrder => ({
  ...identity(order),
  status: 'pending',
  version: 0,
  history: [],
  totalMinor: 0,
  payments: [],
  lines: [],
  shipments: [],
  refunds: [],
  outbox: [],
  replays: 0,
  attempts: 0,
  dueAt: null,
})

/** The order as the reconciliation reads it. One that is held back, or would be, says why: it is never left out. */
export function auditOrder(order: StoredOrder): AuditedOrder {
  const parked = order.parked?.reason ?? soundness(order)
  if (parked === undefined) return full(order)
  try {
    return AuditedOrder.parse({ ...full(order), parked })
  } catch {
    return { ...bare(order), parked }
  }
}
