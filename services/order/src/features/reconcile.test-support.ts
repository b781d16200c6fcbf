import type { AuditedReservation, AuditedStock, PaymentLedgerEntry, Selection } from '@toko/contracts'
import { placed, attempt } from '../domain/order.fixture.ts'
import { isFinal } from '../domain/status.ts'
import type { Order } from '../domain/order.ts'
import type { NeighbourBooks } from '../ports.ts'
import type { OrderAuditStore } from '../store/order-audit-store.ts'
import type { StoredOrder } from '../store/order-query-store.ts'

const sku = 'TEA-1'

/** Ids as they are made at that millisecond: in order of time. */
export const idAt = (ms: number) => `ord_${ms.toString(16).padStart(12, '0').padEnd(32, '0')}`

/** An order that was confirmed and captured at that moment, as it is stored. */
export function confirmedAt(ms: number, change: Partial<Order> = {}): StoredOrder {
  const _id = idAt(ms)
  const statuses = ['pending', 'reserved', 'paying', 'authorised', 'confirmed'] as const
  const line = { sku, quantity: 1, unitPriceMinor: 100, productId: 'prd_1', title: 'Tea', options: {}, image: null }
  const {
    dueAt: _,
    nextMethod: _method,
    ...rest
  } = placed({
    _id,
    idemKey: `key ${ms}`,
    cartId: `crt_${_id.slice(4)}`,
    createdAt: new Date(ms),
    updatedAt: new Date(ms),
    request: [{ sku, quantity: 1 }],
    lines: [line],
    totalMinor: 100,
    status: 'confirmed',
    version: 5,
    history: statuses.map((status, index) => ({ version: index + 1, status, at: ms })),
    payments: [attempt({ key: `${_id}:1`, amountMinor: 100, state: 'captured', firstCallAt: ms })],
  })
  return { ...rest, outbox: [], replays: 0, ...change }
}

export const reservationOf = ({ _id, createdAt }: StoredOrder): AuditedReservation => ({
  id: _id,
  status: 'allocated',
  epoch: createdAt.getTime(),
  version: 3,
  lines: [{ sku, quantity: 1 }],
  consumptions: [],
  restocks: [],
  outbox: 0,
  nextAttemptAt: null,
  createdAt: createdAt.toISOString(),
})

export function paymentOf({ _id, createdAt }: StoredOrder, number = 1): PaymentLedgerEntry {
  const at = createdAt.toISOString()
  return {
    key: `${_id}:${number}`,
    orderId: _id,
    state: 'captured',
    currency: 'IDR',
    authorisedMinor: 100,
    capturedMinor: 100,
    refundedMinor: 0,
    effects: [
      { kind: 'authorised', amountMinor: 100, at },
      { kind: 'captured', amountMinor: 100, at },
    ],
  }
}

/** One SKU that these orders hold. */
function stockOf(orders: readonly StoredOrder[], name: string): AuditedStock {
  const entries = orders.map(({ _id, createdAt }) => ({
    orderId: _id,
    quantity: 1,
    state: 'A' as const,
    epoch: createdAt.getTime(),
  }))
  const [onHand, reserved] = [1000, entries.length]
  const ledger = { seq: 1, received: onHand, shipped: 0, movements: 1, lastSeq: 1, pending: 0 }
  return { sku: name, onHand, reserved, available: onHand - reserved, watermark: 0, ...ledger, entries }
}

/** Books of three services in memory, with what was asked of them; sound until a test changes them. */
export function memoryBooks(orders: StoredOrder[]) {
  const reservations = orders.map(reservationOf)
  const payments = orders.map((order) => paymentOf(order))
  const stock = [stockOf(orders, sku), stockOf([], 'TEA-2')]
  const calls: string[] = []
  const byId = <T extends { _id: string }>(items: T[]) => items.toSorted((a, b) => (a._id < b._id ? -1 : 1))
  const select = <T>(
    name: string,
    items: T[],
    idOf: (item: T) => string,
    { ids, after = '', limit }: Selection,
  ): T[] => {
    calls.push(`${name} ${ids ? ids.length : 'page'}`)
    const sorted = items.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    return ids
      ? sorted.filter((item) => ids.includes(idOf(item)))
      : sorted.filter((item) => idOf(item) > after).slice(0, limit)
  }
  const neighbours: NeighbourBooks = {
    reservations: async (selection) => structuredClone(select('reservations', reservations, ({ id }) => id, selection)),
    stock: async (selection) => structuredClone(select('stock', stock, (item) => item.sku, selection)),
    payments: async (selection) => structuredClone(select('payments', payments, ({ orderId }) => orderId, selection)),
  }
  const store: OrderAuditStore = {
    byIds: async (ids) => orders.filter(({ _id }) => ids.includes(_id)),
    after: async (after, limit, upTo = '~') =>
      byId(orders.filter(({ _id }) => _id > after && _id <= upTo)).slice(0, limit),
    finalSince: async ({ atMs, id }, beforeMs, limit) =>
      orders
        .filter(({ status }) => isFinal(status))
        .map((order) => ({ order, ms: order.updatedAt.getTime() }))
        .filter(({ order, ms }) => ms < beforeMs && (ms > atMs || (ms === atMs && order._id > id)))
        .toSorted((a, b) => a.ms - b.ms || (a.order._id < b.order._id ? -1 : 1))
        .slice(0, limit)
        .map(({ order }) => order),
    openAfter: async (after, placedBeforeMs, limit) =>
      byId(orders.filter(({ _id, status }) => !isFinal(status) && _id > after && _id < idAt(placedBeforeMs)))
        .slice(0, limit)
        .map(({ _id }) => _id),
    count: async () => orders.length,
  }
  return { orders, reservations, payments, stock, calls, neighbours, store }
}
