import { type Books, indexBooks } from './books.ts'
import type { Finding, Invariant } from './finding.ts'
import {
  followersKnow,
  keysTellTheOutcome,
  ordersAreFinal,
  outboxesAreEmpty,
  threeBooksAgree,
} from './at-rest-invariants.ts'
import {
  eventsWereCommitted,
  historyIsAPath,
  oneAuthorisation,
  oneOrderPerKey,
  pivotIsCovered,
} from './order-invariants.ts'
import { nothingOversold, stockAddsUp, stockConserved } from './stock-invariants.ts'

const invariants: readonly Invariant[] = [
  stockAddsUp,
  nothingOversold,
  oneOrderPerKey,
  historyIsAPath,
  oneAuthorisation,
  pivotIsCovered,
  eventsWereCommitted,
  ordersAreFinal,
  threeBooksAgree,
  outboxesAreEmpty,
  keysTellTheOutcome,
  followersKnow,
  stockConserved,
]

export interface AuditOptions {
  /** How long what is under way may take, ms. Default: order-protocol.md, everything is final 120 s after the last fault. */
  readonly settledAfterMs?: number
}

/** Checks I1–I13 of order-protocol.md, in their order. */
export function auditBooks(books: Books, nowMs: number, { settledAfterMs = 120_000 }: AuditOptions = {}): Finding[] {
  const index = indexBooks(books, nowMs, settledAfterMs)
  return invariants.map((invariant) => invariant(index))
}

/** Nothing is under way, so that books read one after the other are of one moment. */
export function isAtRest({ orders, reservations, stock }: Books): boolean {
  const isSettled = ({ status, payments, outbox, dueAt }: Books['orders'][number]) => {
    if (outbox.length > 0) return false
    if (status === 'confirmed') return dueAt === null
    const isPaying = payments.some(({ state }) => state === 'requested' || state === 'unknown')
    return status === 'reserved' ? !isPaying : final.has(status)
  }
  return (
    orders.every(isSettled) &&
    reservations.every(({ status, outbox }) => outbox === 0 && status !== 'reserving') &&
    stock.every(({ pending }) => pending === 0)
  )
}

const final: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'expired'])
