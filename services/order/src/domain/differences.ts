/** What one look found: a rule of packages/audit that something does not fit. */
export interface Seen {
  readonly rule: string
  /** An order's id, a payment's key (which begins with it) or a SKU. */
  readonly subject: string
  readonly detail: string
}

export interface Difference extends Seen {
  /** Both ms since 1970. */
  readonly firstSeenAt: number
  readonly lastSeenAt: number
}

export interface Differences {
  /**
   * One look: what it found is open from now on, and what it did not find again, though it looked there, is gone.
   * Returns what is new and what is gone.
   */
  looked(
    isLooked: (difference: Seen) => boolean,
    found: readonly Seen[],
    nowMs: number,
  ): { readonly appeared: readonly Difference[]; readonly gone: readonly Difference[] }
  /** The one that was not looked at for longest comes first. */
  open(): readonly Difference[]
  /** More were found than are kept. */
  isFull(): boolean
}

const keyOf = ({ rule, subject }: Seen) => `${rule} ${subject}`

/** The open differences of one process. They are bounded: after a restored backup everything may differ. */
export function openDifferences(most: number): Differences {
  const open = new Map<string, Difference>()
  let isFull = false
  return {
    looked(isLooked, found, nowMs) {
      const again = new Map(found.map((each) => [keyOf(each), each]))
      const gone = [...open].filter(([key, each]) => !again.has(key) && isLooked(each))
      for (const [key] of gone) open.delete(key)
      if (open.size < most) isFull = false
      const appeared: Difference[] = []
      for (const [key, seen] of again) {
        const known = open.get(key)
        if (!known && open.size >= most) {
          isFull = true
          continue
        }
        const difference = { ...seen, firstSeenAt: known?.firstSeenAt ?? nowMs, lastSeenAt: nowMs }
        open.delete(key) // to the end
        open.set(key, difference)
        if (!known) appeared.push(difference)
      }
      return { appeared, gone: gone.map(([, each]) => each) }
    },
    open: () => [...open.values()],
    isFull: () => isFull,
  }
}
