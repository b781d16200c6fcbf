import { type Books, indexBooks } from './books.ts'
import type { Finding, Invariant } from './finding.ts'
import { holdsAreReservations, neverBothWays } from './hold-invariants.ts'
import { endedIsFree, keysActOnce, moneyIsBounded, moneyIsTheProviders } from './money-invariants.ts'
import {
  eventsWereCommitted,
  keysTellTheOutcome,
  oneAuthorisation,
  oneOrderPerKey,
  pivotIsCovered,
} from './order-invariants.ts'
import { historyIsAPath } from './picture.ts'
import { followersKnow, ordersAreFinal, outboxesAreEmpty } from './settled-invariants.ts'
import { restocksFit, shipmentsFit } from './shipment-invariants.ts'
import { ledgerIsWhole, nothingOversold, stockAddsUp, stockConserved } from './stock-invariants.ts'
import { threeBooksAgree } from './three-books.ts'

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
  ledgerIsWhole,
  holdsAreReservations,
  neverBothWays,
  moneyIsBounded,
  moneyIsTheProviders,
  endedIsFree,
  keysActOnce,
  shipmentsFit,
  restocksFit,
]

export interface AuditOptions {
  /** How long what is under way may take, ms. Default: order-protocol.md, everything is final 120 s after the last fault. */
  readonly settledAfterMs?: number
}

/** Checks every rule of README.md over the books: I1–I13 of order-protocol.md in their order, then S, M and F. */
export function auditBooks(books: Books, nowMs: number, { settledAfterMs = 120_000 }: AuditOptions = {}): Finding[] {
  const index = indexBooks(books, nowMs, settledAfterMs)
  return invariants.map((invariant) => invariant(index))
}

/** The ids of all rules, as findings carry them. */
export const invariantIds: readonly string[] = auditBooks(
  { readFromMs: 0, orders: [], reservations: [], stock: [], payments: [] },
  0,
).map(({ id }) => id)
