import type { Index } from './books.ts'

/** What came out of one rule of order-protocol.md or commerce-api.md. */
export interface Finding {
  readonly id: string
  readonly what: string
  /** How many things were looked at: a check of nothing proves nothing. */
  readonly checked: number
  /** `<subject>: <what is wrong>`; the subject is an order's id, a payment's key or a SKU. */
  readonly violations: readonly string[]
  /** What can't be seen from here, or is still under way. */
  readonly note?: string
}

export type Invariant = (books: Index) => Finding

/** What a violation is about: with the rule's id it tells the same fault in two readings, whatever the rest says. */
export const subjectOf = (violation: string): string => violation.slice(0, violation.indexOf(': '))

/** Looks at each item; `faults` names what is wrong with it, with the ids to look for. */
export function check<T>(
  id: string,
  what: string,
  items: readonly T[],
  faults: (item: T) => readonly (string | false)[],
): Finding {
  const violations = items.flatMap(faults).filter((fault) => fault !== false)
  return { id, what, checked: items.length, violations }
}

export function withNote(finding: Finding, notes: readonly (string | false)[]): Finding {
  const note = notes.filter((each) => each !== false).join('; ')
  return note ? { ...finding, note } : finding
}
