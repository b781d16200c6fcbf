import { createHash } from 'node:crypto'
import type { Books } from '@toko/audit'
import type { AuditedOrder, AuditedReservation, PaymentLedgerEntry } from '@toko/contracts'
import type { AttemptRecord, HistoryRecord, Op } from '../history/record.ts'

const longAgo = new Date(Date.now() - 600_000).toISOString()
const digits = (n: number) => String(n).padStart(32, '0')
export const orderId = (n: number) => `ord_${digits(n)}`
const userId = `usr_${digits(1)}`
export const keyOf = (n: number) => `verify-test-${n}-place`
const sku = 'VFY-TEST-P1'

type Draft<T> = T extends readonly (infer I)[]
  ? Draft<I>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T
export interface Run {
  history: HistoryRecord[]
  books: Draft<Omit<Books, 'covers'>>
}

const path = {
  confirmed: ['pending', 'reserved', 'paying', 'authorised', 'confirmed'],
  rejected: ['pending', 'rejected'],
  cancelled: ['pending', 'reserved', 'cancelling', 'cancelled'],
} as const
type End = keyof typeof path

export function order(n: number, end: End, quantity = 1): AuditedOrder {
  const history = path[end].map((status, index) => ({ version: index + 1, status, at: longAgo }))
  const payment = { attempt: 1, key: `${orderId(n)}:1`, state: 'captured' as const, amountMinor: quantity * 100 }
  return {
    id: orderId(n),
    userId,
    idempotencyKeyHash: createHash('sha256').update(keyOf(n)).digest('hex'),
    cartId: `crt_${digits(n)}`,
    status: end,
    version: history.length,
    history,
    totalMinor: quantity * 100,
    payments: end === 'confirmed' ? [payment] : [],
    lines: [{ sku, quantity }],
    shipments: [],
    refunds: [],
    outbox: [],
    replays: 0,
    attempts: 0,
    dueAt: null,
    createdAt: longAgo,
    updatedAt: longAgo,
  }
}

const reservation = (n: number, end: End, quantity = 1): AuditedReservation => ({
  id: orderId(n),
  status: end === 'confirmed' ? 'allocated' : 'released',
  ...(end === 'confirmed' ? {} : { reason: end === 'rejected' ? 'insufficient-stock' : 'order-ended' }),
  epoch: n,
  version: 1,
  lines: [{ sku, quantity }],
  consumptions: [],
  restocks: [],
  outbox: 0,
  nextAttemptAt: null,
  createdAt: longAgo,
})

export const effect = (kind: 'authorised' | 'captured', amountMinor: number) => ({ kind, amountMinor, at: longAgo })

const paid = (n: number, quantity = 1): PaymentLedgerEntry => ({
  key: `${orderId(n)}:1`,
  orderId: orderId(n),
  state: 'captured',
  currency: 'IDR',
  authorisedMinor: quantity * 100,
  capturedMinor: quantity * 100,
  refundedMinor: 0,
  effects: [effect('authorised', quantity * 100), effect('captured', quantity * 100)],
})

type Answer = Partial<Pick<AttemptRecord, 'outcome' | 'status' | 'orderId' | 'madeId' | 'reason' | 'bodyHash'>>

/** Intent and attempts of one key, as the load client writes them. */
export function sent(n: number, answers: readonly Answer[], op: Op = 'place'): HistoryRecord[] {
  const key = op === 'place' ? keyOf(n) : `verify-test-${n}-${op}`
  const [t0, t1] = [n * 10, n * 10 + 5]
  const common = { client: 1, seq: n, op, key, bodyHash: 'body', orderId: op === 'place' ? null : orderId(n), t0 }
  return [
    { ...common, type: 'intent', journey: 'happy', userId },
    ...answers.map((answer) => ({
      ...common,
      type: 'attempt' as const,
      t1,
      outcome: 'ok' as const,
      status: 201,
      ...answer,
    })),
  ]
}

const unknown = { outcome: 'info', status: null, orderId: null, reason: 'reset' } as const

/** 4 units delivered. 1: confirmed, 2 units · 2: confirmed after two lost answers · 3: sold out · 4: cancelled by its customer. */
export function soundRun(): Run {
  return {
    history: [
      {
        type: 'run',
        run: 'test',
        seed: 7,
        clients: 1,
        startedAt: longAgo,
        users: [userId],
        goods: [{ sku, stock: 4 }],
      },
      ...sent(1, [{ orderId: orderId(1) }]),
      ...sent(2, [unknown, unknown, { orderId: orderId(2) }]),
      ...sent(3, [{ status: 409, orderId: orderId(3), reason: 'insufficient-stock' }]),
      ...sent(4, [{ status: 202, orderId: orderId(4) }]),
      ...sent(4, [{}], 'cancel'),
    ],
    books: {
      readFromMs: Date.now(),
      orders: [
        order(1, 'confirmed', 2),
        order(2, 'confirmed'),
        order(3, 'rejected', 9),
        order(4, 'cancelled'),
      ] as never,
      reservations: [
        reservation(1, 'confirmed', 2),
        reservation(2, 'confirmed'),
        reservation(3, 'rejected', 9),
        reservation(4, 'cancelled'),
      ] as never,
      stock: [
        {
          sku,
          onHand: 4,
          available: 1,
          reserved: 3,
          watermark: 0,
          seq: 1,
          received: 4,
          shipped: 0,
          movements: 1,
          lastSeq: 1,
          pending: 0,
          entries: [
            { orderId: orderId(1), quantity: 2, state: 'A', epoch: 1 },
            { orderId: orderId(2), quantity: 1, state: 'A', epoch: 2 },
            { orderId: orderId(4), quantity: 1, state: 'R', epoch: 4 },
          ],
        },
      ],
      payments: [paid(1, 2), paid(2)] as never,
    },
  }
}
