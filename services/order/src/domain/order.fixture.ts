import type { Reservation } from '@toko/contracts'
import type { Limits } from './limits.ts'
import type { Order, PaymentAttempt } from './order.ts'

export const limits: Limits = {
  firstSweepMs: 5000,
  pendingLimitMs: 60_000,
  payingLimitMs: 120_000,
  unpaidHoldMs: 900_000,
  keyLifeMs: 72_000_000,
  maxBackoffMs: 60_000,
  maxPaymentAttempts: 3,
  captureAlertMs: 300_000,
  authorisedAlertMs: 60_000,
  returnWindowMs: 30 * 86_400_000,
}

const id = `ord_${'0'.repeat(32)}`

/** An order of two lines for 3,000 in all, as it is right after step 1 unless told otherwise. */
export function placed(change: Partial<Order> = {}): Order {
  return {
    _id: id,
    rev: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    number: 'ABCDEFGH23',
    userId: `usr_${'0'.repeat(32)}`,
    idemKey: 'key-0123456789abcdef',
    bodyHash: 'hash',
    cartId: `crt_${'0'.repeat(32)}`,
    currency: 'IDR',
    request: [
      { sku: 'COFFEE-1', quantity: 2 },
      { sku: 'TEA-1', quantity: 1 },
    ],
    lines: [],
    expectedTotalMinor: 3000,
    totalMinor: 0,
    status: 'pending',
    version: 1,
    history: [{ version: 1, status: 'pending', at: 0 }],
    nextMethod: { method: 'card_ok' },
    payments: [],
    dueAt: 5000,
    attempts: 0,
    ...change,
  }
}

export function attempt(change: Partial<PaymentAttempt> = {}): PaymentAttempt {
  return {
    attempt: 1,
    key: `${id}:1`,
    method: 'card_ok',
    amountMinor: 3000,
    state: 'requested',
    firstCallAt: 0,
    ...change,
  }
}

/** The same order confirmed, its money captured. */
export function paid(change: Partial<Order> = {}): Order {
  const { nextMethod: _, dueAt: __, ...order } = placed()
  const statuses = ['pending', 'reserved', 'paying', 'authorised', 'confirmed'] as const
  return {
    ...order,
    lines: reservation().lines,
    totalMinor: 3000,
    status: 'confirmed',
    version: 5,
    history: statuses.map((status, n) => ({ version: n + 1, status, at: n })),
    payments: [attempt({ state: 'captured' })],
    ...change,
  }
}

const line = (sku: string, quantity: number, unitPriceMinor: number) => ({
  sku,
  quantity,
  unitPriceMinor,
  productId: `prd_${'0'.repeat(32)}`,
  title: sku,
  options: {},
  image: null,
})

export function reservation(change: Partial<Reservation> = {}): Reservation {
  return {
    orderId: id,
    status: 'held',
    currency: 'IDR',
    lines: [line('COFFEE-1', 2, 1000), line('TEA-1', 1, 1000)],
    createdAt: new Date(0).toISOString(),
    ...change,
  }
}
