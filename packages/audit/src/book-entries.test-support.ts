import type { AuditedOrder, AuditedReservation, OrderAct, PaymentLedgerEntry } from '@toko/contracts'

export const nowMs = Date.parse('2026-11-24T12:00:00Z')
export const longAgo = new Date(nowMs - 3_600_000).toISOString()
export const justNow = new Date(nowMs - 1000).toISOString()

const digits = (n: number) => String(n).padStart(32, '0')
export const orderId = (n: number) => `ord_${digits(n)}`
export const shipmentId = (n: number) => `shp_${digits(n)}`
export const refundId = (n: number) => `rfd_${digits(n)}`
const key = (n: number, attempt = 1) => `${orderId(n)}:${attempt}`
export const tea = (quantity: number) => [{ sku: 'TEA-1', quantity }]

type Path = readonly (AuditedOrder['status'] | `${AuditedOrder['status']}/${OrderAct}`)[]
export const toConfirmed: Path = ['pending', 'reserved', 'paying', 'authorised', 'confirmed']

export function order(n: number, quantity: number, path: Path, more: Partial<AuditedOrder> = {}): AuditedOrder {
  const history = path.map((step, index) => {
    const [status, act] = step.split('/') as [AuditedOrder['status'], OrderAct?]
    return { version: index + 1, status, ...(act ? { act } : {}), at: longAgo }
  })
  return {
    id: orderId(n),
    userId: `usr_${digits(0)}`,
    idempotencyKeyHash: `hash ${n}`,
    cartId: `crt_${digits(n)}`,
    status: history.at(-1)!.status,
    version: history.length,
    history,
    totalMinor: quantity * 100,
    payments: [],
    lines: tea(quantity),
    shipments: [],
    refunds: [],
    outbox: [],
    replays: 0,
    attempts: 0,
    dueAt: null,
    createdAt: longAgo,
    updatedAt: longAgo,
    ...more,
  }
}

export const attempt = (n: number, state: 'captured' | 'declined', quantity: number, number = 1) => ({
  attempt: number,
  key: key(n, number),
  state,
  amountMinor: quantity * 100,
})
export const shipped = (id: number, quantity: number) => ({
  id: shipmentId(id),
  state: 'consumed' as const,
  lines: tea(quantity),
})
export const refunded = (id: number, amountMinor: number, more: Partial<AuditedOrder['refunds'][number]> = {}) => ({
  id: refundId(id),
  amountMinor,
  state: 'succeeded' as const,
  ...more,
})

export function reservation(
  n: number,
  status: AuditedReservation['status'],
  quantity: number,
  more: Partial<AuditedReservation> = {},
): AuditedReservation {
  const lines = tea(quantity)
  const moves = { consumptions: [], restocks: [], outbox: 0, nextAttemptAt: null }
  return { id: orderId(n), status, epoch: n, version: 1, lines, ...moves, createdAt: longAgo, ...more }
}

const effect = (kind: 'authorised' | 'captured' | 'declined', amountMinor: number) => ({
  kind,
  amountMinor,
  at: longAgo,
})

export function paid(
  n: number,
  quantity: number,
  refunds: readonly (readonly [number, number])[] = [],
  number = 1,
): PaymentLedgerEntry {
  const amountMinor = quantity * 100
  const back = refunds.map(([id, minor]) => ({
    kind: 'refunded' as const,
    amountMinor: minor,
    at: longAgo,
    refundKey: refundId(id),
  }))
  return {
    key: key(n, number),
    orderId: orderId(n),
    state: 'captured',
    currency: 'IDR',
    authorisedMinor: amountMinor,
    capturedMinor: amountMinor,
    refundedMinor: refunds.reduce((sum, [, minor]) => sum + minor, 0),
    effects: [effect('authorised', amountMinor), effect('captured', amountMinor), ...back],
  }
}
export function declined(n: number, quantity: number): PaymentLedgerEntry {
  const nothing = { authorisedMinor: 0, capturedMinor: 0, refundedMinor: 0 }
  return {
    key: key(n),
    orderId: orderId(n),
    state: 'declined',
    currency: 'IDR',
    ...nothing,
    effects: [effect('declined', quantity * 100)],
  }
}
