import type { Index } from './books.ts'

/** What came out of one invariant of order-protocol.md. */
export interface Finding {
  readonly id: string
  readonly what: string
  /** How many things were looked at: a check of nothing proves nothing. */
  readonly checked: number
  readonly violations: readonly string[]
  /** What can't be seen from here, or is still under way. */
  readonly note?: string
}

export type Invariant = (books: Index) => Finding

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
