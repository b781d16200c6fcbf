import type { AuditedOrder, AuditedReservation, AuditedStock, PaymentLedgerEntry } from '@toko/contracts'

/** Everything that the services show an auditor, read one after the other, orders last. */
export interface Books {
  /** When the reading began, ms since 1970: what changed later is not the same in all books. */
  readonly readFromMs: number
  readonly orders: readonly AuditedOrder[]
  readonly reservations: readonly AuditedReservation[]
  readonly stock: readonly AuditedStock[]
  readonly payments: readonly PaymentLedgerEntry[]
}

/** The same books by the ids that join them. */
export interface Index extends Books {
  readonly nowMs: number
  readonly settledAfterMs: number
  /** The order was already so when the reading began: all books show the same of it. */
  readonly isSteady: (order: AuditedOrder) => boolean
  /** SKUs whose stock moved while the books were read. */
  readonly movingSkus: ReadonlySet<string>
  readonly orderOf: ReadonlyMap<string, AuditedOrder>
  readonly reservationOf: ReadonlyMap<string, AuditedReservation>
  readonly paymentsOf: ReadonlyMap<string, readonly PaymentLedgerEntry[]>
  /** Active holds in the stock, by order. */
  readonly holdsOf: ReadonlyMap<string, readonly { readonly sku: string; readonly quantity: number }[]>
}

/** A history entry is as old as its decision; its write, and the clock of another service, may be that much later. */
const skewMs = 2000

export const changedMs = ({ history, createdAt }: AuditedOrder): number => Date.parse(history.at(-1)?.at ?? createdAt)

const isUnderWay = ({ status, nextAttemptAt }: AuditedReservation) =>
  status === 'reserving' || (status === 'released' && nextAttemptAt !== null)

export function indexBooks(books: Books, nowMs: number, settledAfterMs: number): Index {
  const holds = books.stock.flatMap(({ sku, entries }) =>
    entries.filter(({ state }) => state === 'A').map(({ orderId, quantity }) => ({ orderId, sku, quantity })),
  )
  const steadyBeforeMs = books.readFromMs - skewMs
  const isSteady = (order: AuditedOrder) => changedMs(order) < steadyBeforeMs
  const moving = [
    ...books.orders.filter((order) => !isSteady(order)),
    ...books.reservations.filter((each) => isUnderWay(each) || Date.parse(each.createdAt) >= steadyBeforeMs),
  ]
  return {
    ...books,
    nowMs,
    settledAfterMs,
    isSteady,
    movingSkus: new Set(moving.flatMap(({ lines }) => lines.map(({ sku }) => sku))),
    orderOf: new Map(books.orders.map((order) => [order.id, order])),
    reservationOf: new Map(books.reservations.map((reservation) => [reservation.id, reservation])),
    paymentsOf: Map.groupBy(books.payments, ({ orderId }) => orderId),
    holdsOf: Map.groupBy(holds, ({ orderId }) => orderId),
  }
}

const final = new Set(['confirmed', 'rejected', 'cancelled', 'expired'])

export const isFinal = ({ status }: AuditedOrder): boolean => final.has(status)
export const hasEnded = (order: AuditedOrder): boolean => isFinal(order) && order.status !== 'confirmed'

/** A reservation that its order counts on. */
export const isKept = (reservation: AuditedReservation | undefined): boolean =>
  reservation !== undefined && ['held', 'allocated', 'consumed'].includes(reservation.status)

/** Sum of quantities by SKU. */
export function quantities(lines: readonly { sku: string; quantity: number }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}
