import type { AuditedOrder, PaymentLedgerEntry } from '@toko/contracts'
import {
  changedMs,
  consumedLines,
  hasEnded,
  type Index,
  isFinal,
  isPromised,
  isSame,
  isStanding,
  quantities,
  sum,
  without,
  words,
} from './books.ts'
import { check, type Finding, withNote } from './finding.ts'

/** What the provider keeps of an order, in minor units. */
const netOf = (payments: readonly PaymentLedgerEntry[]): number =>
  sum(payments.map(({ capturedMinor, refundedMinor }) => capturedMinor - refundedMinor))

/** Why an order that ended still has money or may get some (M4). */
export function moneyLeft({ id, status }: AuditedOrder, payments: readonly PaymentLedgerEntry[]): (string | false)[] {
  const net = netOf(payments)
  const open = payments.find(({ state }) => state === 'approved' || state === 'processing')
  return [
    net !== 0 && `${id}: ${status}, but ${net} minor units were taken`,
    open !== undefined && `${id}: ${status}, but ${open.key} is still ${open.state}`,
  ]
}

function faultsOfEnded(order: AuditedOrder, { reservationOf, holdsOf, paymentsOf }: Index): (string | false)[] {
  const { id, status } = order
  const reservation = reservationOf.get(id)
  const holds = quantities(holdsOf.get(id) ?? [])
  return [
    reservation !== undefined &&
      reservation.status !== 'released' &&
      `${id}: ${status}, reservation ${reservation.status}`,
    holds.size > 0 && `${id}: ${status}, but holds ${words(holds)}`,
    ...moneyLeft(order, paymentsOf.get(id) ?? []),
  ]
}

function faultsOfStanding(order: AuditedOrder, books: Index, mayCaptureCome: boolean): (string | false)[] {
  const { id, status } = order
  const reservation = books.reservationOf.get(id)
  const payments = books.paymentsOf.get(id) ?? []
  const captures = payments.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'captured'))
  const captured = sum(payments.map(({ capturedMinor }) => capturedMinor))
  const isTooFew = captures.length === 0 && !mayCaptureCome
  const money = [
    (isTooFew || captures.length > 1) && `${id}: ${status}, captured ${captures.length} times`,
    captures.length === 1 && captured !== order.totalMinor && `${id}: ${captured} captured, total ${order.totalMinor}`,
  ]
  if (!reservation || !isPromised(reservation))
    return [`${id}: ${status}, reservation ${reservation?.status ?? 'missing'}`, ...money]
  const left = without(order.lines, consumedLines(reservation))
  const held = quantities(books.holdsOf.get(id) ?? [])
  return [
    reservation.status === 'consumed' && left.size > 0 && `${id}: consumed, but ${words(left)} never left`,
    status === 'completed' && left.size > 0 && `${id}: completed, but ${words(left)} never left`,
    books.isQuiet(order) &&
      !books.isUnderWay(reservation) &&
      !isSame(held, left) &&
      `${id}: ${status}, holds ${words(held)}, still to be shipped ${words(left)}`,
    ...money,
  ]
}

/** I9: order, stock and money tell the same story. */
export function threeBooksAgree(books: Index): Finding {
  const finals = books.orders.filter((order) => isFinal(order) && books.isSteady(order))
  const isYoung = (order: AuditedOrder) => books.nowMs - changedMs(order) < books.settledAfterMs
  // Nothing is shipped before it is captured.
  const mayCaptureCome = (order: AuditedOrder) => order.status === 'confirmed' && isYoung(order)
  const finding = check('I9', 'confirmed ⇔ allocated ⇔ captured once; ended ⇔ no hold, net 0', finals, (order) =>
    isStanding(order) ? faultsOfStanding(order, books, mayCaptureCome(order)) : faultsOfEnded(order, books),
  )
  // Also those that ended a moment ago: an allocation is never left behind.
  const stray = books.orders.filter((order) => hasEnded(order) && !books.isSteady(order))
  const violations = stray.flatMap((order) => {
    const reservation = books.reservationOf.get(order.id)
    const isFreed = order.history.some(({ status }) => status === 'freeing')
    return reservation && isPromised(reservation) && !isFreed
      ? [`${order.id}: ${reservation.status} for an order that ended`]
      : []
  })
  const young = finals.filter(mayCaptureCome)
  return withNote({ ...finding, violations: [...finding.violations, ...violations] }, [
    young.length > 0 && `${young.length} confirmed just now, their capture may still come`,
  ])
}
