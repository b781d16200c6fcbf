/** Something that happened at a time which its own machine's clock tells. */
interface Timed {
  readonly atMs: number
}

/**
 * Puts events in the order of their times, but none before what caused it: clocks of machines differ.
 * @param causes pairs [cause, effect] of indexes; in a circle the earliest goes first
 */
export function causalOrder<T extends Timed>(
  events: readonly T[],
  causes: readonly (readonly [number, number])[],
): T[] {
  const waitsFor = events.map(() => 0)
  const effects = events.map((): number[] => [])
  for (const [cause, effect] of causes) {
    if (cause === effect || !effects[cause] || waitsFor[effect] === undefined) continue
    effects[cause].push(effect)
    waitsFor[effect]++
  }
  const byTime = events.map((_, index) => index).toSorted((a, b) => events[a]!.atMs - events[b]!.atMs || a - b)
  const ordered: number[] = []
  const left = new Set(byTime)
  while (left.size > 0) {
    const [earliest] = left
    const next = left.values().find((index) => waitsFor[index] === 0) ?? earliest!
    left.delete(next)
    ordered.push(next)
    for (const effect of effects[next]!) waitsFor[effect]!--
  }
  return ordered.map((index) => events[index]!)
}
