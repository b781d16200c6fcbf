import type { AuditedOrder, AuditedReservation, AuditedStock, PaymentLedgerEntry } from '@toko/contracts'

/** Everything that the services show an auditor, read one after the other, orders last. */
export interface Books {
  /** When the reading began, ms since 1970: what changed later is not the same in all books. */
  readonly readFromMs: number
  readonly orders: readonly AuditedOrder[]
  readonly reservations: readonly AuditedReservation[]
  readonly stock: readonly AuditedStock[]
  readonly payments: readonly PaymentLedgerEntry[]
  /**
   * The orders that a part of the books shows whole: with reservation, payments and the stock of their SKUs. Without it the
   * books are of the whole shop, and only then sums over all orders mean anything.
   */
  readonly covers?: ReadonlySet<string>
}

export interface Lines extends ReadonlyArray<{ readonly sku: string; readonly quantity: number }> {}

/** The same books by the ids that join them. */
export interface Index extends Books {
  readonly nowMs: number
  readonly settledAfterMs: number
  /** The order had taken its last step when the reading began: all books show the same of it. */
  readonly isSteady: (order: AuditedOrder) => boolean
  /** Steady, and nothing was noted of it since: no shipment, restock or capture either. */
  readonly isQuiet: (order: AuditedOrder) => boolean
  readonly isUnderWay: (reservation: AuditedReservation) => boolean
  /** SKUs whose stock moved while the books were read. */
  readonly movingSkus: ReadonlySet<string>
  readonly orderOf: ReadonlyMap<string, AuditedOrder>
  readonly reservationOf: ReadonlyMap<string, AuditedReservation>
  readonly paymentsOf: ReadonlyMap<string, readonly PaymentLedgerEntry[]>
  /** Active holds in the stock, by order. */
  readonly holdsOf: ReadonlyMap<string, Lines>
}

/**
 * A history entry is as old as its decision; its write, and the clock of another service, may be that much later. An order is
 * compared with the other books only if it changed more than this before `readFromMs`.
 */
export const skewMs = 2000

export const changedMs = ({ history, createdAt }: AuditedOrder): number => Date.parse(history.at(-1)?.at ?? createdAt)

/** Something was decided that a neighbour has not done yet. */
const waitsForStock = ({ shipments, refunds }: AuditedOrder) =>
  shipments.some(({ state }) => state === 'requested') || refunds.some(({ restock }) => restock === 'requested')

export function indexBooks(books: Books, nowMs: number, settledAfterMs: number): Index {
  const holds = books.stock.flatMap(({ sku, entries }) =>
    entries.filter(({ state }) => state === 'A').map(({ orderId, quantity }) => ({ orderId, sku, quantity })),
  )
  const steadyBeforeMs = books.readFromMs - skewMs
  const isSteady = (order: AuditedOrder) => changedMs(order) < steadyBeforeMs
  const isQuiet = (order: AuditedOrder) =>
    isSteady(order) && (order.updatedAt === undefined || Date.parse(order.updatedAt) < steadyBeforeMs)
  // A hold waits for its order, not for its sweeper. Whatever is overdue for long does not come by itself.
  const isUnderWay = ({ status, nextAttemptAt, createdAt }: AuditedReservation) =>
    Date.parse(createdAt) >= steadyBeforeMs ||
    status === 'reserving' ||
    (status !== 'held' && nextAttemptAt !== null && Date.parse(nextAttemptAt) > nowMs - settledAfterMs)
  const moving = [
    ...books.orders.filter((order) => !isQuiet(order) || waitsForStock(order)),
    ...books.reservations.filter(isUnderWay),
  ]
  return {
    ...books,
    nowMs,
    settledAfterMs,
    isSteady,
    isQuiet,
    isUnderWay,
    movingSkus: new Set(moving.flatMap(({ lines }) => lines.map(({ sku }) => sku))),
    orderOf: new Map(books.orders.map((order) => [order.id, order])),
    reservationOf: new Map(books.reservations.map((reservation) => [reservation.id, reservation])),
    paymentsOf: Map.groupBy(books.payments, ({ orderId }) => orderId),
    holdsOf: Map.groupBy(holds, ({ orderId }) => orderId),
  }
}

const standing = new Set<string>(['confirmed', 'shipped', 'completed'])
const ended = new Set<string>(['rejected', 'cancelled', 'expired'])

/** Placed, paid and counting on its stock. */
export const isStanding = ({ status }: AuditedOrder): boolean => standing.has(status)
/** Over without goods and without money. */
export const hasEnded = ({ status }: AuditedOrder): boolean => ended.has(status)
export const isFinal = (order: AuditedOrder): boolean => isStanding(order) || hasEnded(order)

/** Stock that is promised for good. */
export const isPromised = ({ status }: AuditedReservation): boolean => status === 'allocated' || status === 'consumed'

/** What left with the order's shipments, as the reservation knows it. */
export const consumedLines = ({ consumptions }: AuditedReservation): Lines => consumptions.flatMap(({ lines }) => lines)

/** Sum of quantities by SKU. */
export function quantities(lines: Lines): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}

/** By SKU what is left of `lines` without `taken`; negative where too much was taken, missing where nothing is left. */
export function without(lines: Lines, taken: Lines): Map<string, number> {
  const rest = quantities(lines)
  for (const [sku, quantity] of quantities(taken)) rest.set(sku, (rest.get(sku) ?? 0) - quantity)
  return new Map([...rest].filter(([, quantity]) => quantity !== 0))
}

export const isSame = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([sku, quantity]) => b.get(sku) === quantity)

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** `2 × TEA-1, 1 × CUP-3`, for people. */
export const words = (lines: ReadonlyMap<string, number>): string =>
  [...lines].map(([sku, quantity]) => `${quantity} × ${sku}`).join(', ') || 'nothing'
