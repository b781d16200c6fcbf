/** Observations up to and including each bound, which is `Infinity` for the last. */
export type Buckets = ReadonlyMap<number, number>

/**
 * Quantile of a histogram, as Prometheus reckons it: linear within the bucket. Seconds, or null without observations. In the
 * last bucket nothing is known but its lower bound.
 */
export function quantile(q: number, buckets: Buckets): number | null {
  const bounds = [...buckets].toSorted(([a], [b]) => a - b)
  const total = bounds.at(-1)?.[1] ?? 0
  if (total <= 0) return null
  const rank = q * total
  let [lower, below] = [0, 0]
  for (const [upper, count] of bounds) {
    if (count >= rank) {
      if (upper === Number.POSITIVE_INFINITY || count === below) return lower
      return lower + ((upper - lower) * (rank - below)) / (count - below)
    }
    lower = upper
    below = count
  }
  return lower
}
