import type { AuditedOrder, AuditedReservation, AuditedStock, PaymentLedgerEntry } from '@toko/contracts'
import {
  attempt,
  declined,
  nowMs,
  order,
  orderId,
  paid,
  refunded,
  refundId,
  reservation,
  shipmentId,
  shipped,
  tea,
  toConfirmed,
} from './book-entries.test-support.ts'

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? Draft<I>[] : T[K] }
export interface DraftBooks {
  readFromMs: number
  orders: Draft<AuditedOrder>[]
  reservations: Draft<AuditedReservation>[]
  stock: Draft<AuditedStock>[]
  payments: Draft<PaymentLedgerEntry>[]
  covers?: ReadonlySet<string>
}

/**
 * Books of one SKU. 1: confirmed · 2: declined after its reservation · 3: rejected · 4: cancelled after it was confirmed ·
 * 5: partly shipped, with a refund · 6: completed in two shipments, one unit returned and restocked · 7: paid at the second attempt.
 */
export function soundBooks(): DraftBooks {
  const orders = [
    order(1, 2, toConfirmed, { payments: [attempt(1, 'captured', 2)], replays: 2 }),
    order(2, 3, ['pending', 'reserved', 'paying', 'cancelling', 'cancelled'], {
      payments: [attempt(2, 'declined', 3)],
    }),
    order(3, 50, ['pending', 'rejected']),
    order(4, 4, [...toConfirmed, 'freeing', 'refunding', 'cancelled'], {
      payments: [attempt(4, 'captured', 4)],
      refunds: [refunded(4, 400)],
    }),
    order(5, 3, [...toConfirmed, 'shipped/shipment', 'shipped/refund', 'shipped/refunded'], {
      payments: [attempt(5, 'captured', 3)],
      shipments: [shipped(51, 1)],
      refunds: [refunded(5, 50)],
    }),
    order(
      6,
      2,
      [
        ...toConfirmed,
        'shipped/shipment',
        'shipped/shipment',
        'shipped/delivery',
        'completed/delivery',
        'completed/return',
        'completed/refund',
        'completed/refunded',
      ],
      {
        payments: [attempt(6, 'captured', 2)],
        shipments: [shipped(61, 1), shipped(62, 1)],
        refunds: [refunded(6, 100, { restock: 'done', lines: tea(1) })],
      },
    ),
    order(7, 1, ['pending', 'reserved', 'paying', 'reserved', 'paying', 'authorised', 'confirmed'], {
      payments: [attempt(7, 'declined', 1), attempt(7, 'captured', 1, 2)],
    }),
  ]
  const reservations = [
    reservation(1, 'allocated', 2),
    reservation(2, 'released', 3, { reason: 'order-ended' }),
    reservation(3, 'released', 50, { reason: 'insufficient-stock' }),
    reservation(4, 'released', 4, { reason: 'order-freed' }),
    reservation(5, 'allocated', 3, { consumptions: [{ id: shipmentId(51), lines: tea(1) }] }),
    reservation(6, 'consumed', 2, {
      consumptions: [61, 62].map((id) => ({ id: shipmentId(id), lines: tea(1) })),
      restocks: [{ id: refundId(6), lines: tea(1) }],
    }),
    reservation(7, 'allocated', 1),
  ]
  const entry = (n: number, quantity: number, state: 'A' | 'R' | 'C') => ({
    orderId: orderId(n),
    quantity,
    state,
    epoch: n,
  })
  const entries = [
    entry(1, 2, 'A'),
    entry(2, 3, 'R'),
    entry(4, 4, 'R'),
    entry(5, 2, 'A'),
    entry(6, 0, 'C'),
    entry(7, 1, 'A'),
  ]
  const balance = { onHand: 18, available: 13, reserved: 5, watermark: 0 }
  const ledger = { seq: 5, received: 21, shipped: 3, movements: 5, lastSeq: 5, pending: 0 }
  const payments = [
    paid(1, 2),
    declined(2, 3),
    paid(4, 4, [[4, 400]]),
    paid(5, 3, [[5, 50]]),
    paid(6, 2, [[6, 100]]),
    declined(7, 1),
    paid(7, 1, [], 2),
  ]
  const stock = [{ sku: 'TEA-1', ...balance, ...ledger, entries }]
  return structuredClone({ readFromMs: nowMs - 500, orders, reservations, stock, payments })
}
