import type { AuditedOrder, AuditedReservation, AuditedStock, PaymentLedgerEntry } from '@toko/contracts'
import type { Books } from './books.ts'

export const nowMs = Date.parse('2026-11-24T12:00:00Z')
const longAgo = new Date(nowMs - 3_600_000).toISOString()

export const orderId = (n: number) => `ord_${String(n).padStart(32, '0')}`

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? Draft<I>[] : T[K] }
export interface DraftBooks {
  readFromMs: number
  orders: Draft<AuditedOrder>[]
  reservations: Draft<AuditedReservation>[]
  stock: Draft<AuditedStock>[]
  payments: Draft<PaymentLedgerEntry>[]
}

const step = (version: number, status: AuditedOrder['status']) => ({ version, status, at: longAgo })
const key = (n: number) => `${orderId(n)}:1`

function order(n: number, statuses: AuditedOrder['status'][], quantity: number): AuditedOrder {
  return {
    id: orderId(n),
    userId: `usr_${'0'.repeat(32)}`,
    idempotencyKeyHash: `hash ${n}`,
    cartId: `crt_${String(n).padStart(32, '0')}`,
    status: statuses.at(-1)!,
    version: statuses.length,
    history: statuses.map((status, index) => step(index + 1, status)),
    totalMinor: quantity * 100,
    payments: [],
    lines: [{ sku: 'TEA-1', quantity }],
    shipments: [],
    refunds: [],
    outbox: [],
    replays: 0,
    attempts: 0,
    dueAt: null,
    createdAt: longAgo,
  }
}

const effect = (kind: 'authorised' | 'captured' | 'declined' | 'voided', amountMinor: number) => ({
  kind,
  amountMinor,
  at: longAgo,
})

/** A confirmed order of 2, an order that was declined after its reservation, a rejected one; 10 received. */
export function soundBooks(): DraftBooks {
  const confirmed = order(1, ['pending', 'reserved', 'paying', 'authorised', 'confirmed'], 2)
  const declined = order(2, ['pending', 'reserved', 'paying', 'cancelling', 'cancelled'], 3)
  const rejected = order(3, ['pending', 'rejected'], 50)
  const books: Books = {
    readFromMs: nowMs - 500,
    orders: [
      { ...confirmed, payments: [{ attempt: 1, key: key(1), state: 'captured', amountMinor: 200 }], replays: 2 },
      { ...declined, payments: [{ attempt: 1, key: key(2), state: 'declined', amountMinor: 300 }] },
      rejected,
    ],
    reservations: (
      [
        [1, 'allocated', 2],
        [2, 'released', 3],
        [3, 'released', 50],
      ] as const
    ).map(([n, status, quantity]) => ({
      id: orderId(n),
      status,
      epoch: n,
      version: 1,
      lines: [{ sku: 'TEA-1', quantity }],
      consumptions: [],
      restocks: [],
      outbox: 0,
      nextAttemptAt: null,
      createdAt: longAgo,
    })),
    stock: [
      {
        sku: 'TEA-1',
        onHand: 10,
        available: 8,
        reserved: 2,
        watermark: 0,
        seq: 1,
        received: 10,
        shipped: 0,
        movements: 1,
        lastSeq: 1,
        pending: 0,
        entries: [
          { orderId: orderId(1), quantity: 2, state: 'A', epoch: 1 },
          { orderId: orderId(2), quantity: 3, state: 'R', epoch: 2 },
        ],
      },
    ],
    payments: [
      {
        key: key(1),
        orderId: orderId(1),
        state: 'captured',
        currency: 'IDR',
        authorisedMinor: 200,
        capturedMinor: 200,
        refundedMinor: 0,
        effects: [effect('authorised', 200), effect('captured', 200)],
      },
      {
        key: key(2),
        orderId: orderId(2),
        state: 'declined',
        currency: 'IDR',
        authorisedMinor: 0,
        capturedMinor: 0,
        refundedMinor: 0,
        effects: [effect('declined', 300)],
      },
    ],
  }
  return structuredClone(books) as DraftBooks
}
