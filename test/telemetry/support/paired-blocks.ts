/** Value below which that share of the sample lies. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!
}

/** p99 of a block of each state, in ms, in one round; `wellAgain` is a second block of the same state as `well`. */
export interface Round {
  readonly well: number
  readonly wellAgain: number
  readonly others: Readonly<Record<string, number>>
}

interface Comparison {
  /** Median over the rounds of a state's block by the mean of the two that are well. */
  readonly ratios: Readonly<Record<string, number>>
  /** Median over the rounds of one well block by the other, the greater way: what chance alone makes. */
  readonly noise: number
}

/** Blocks are compared within their round alone: what else the machine did then, all of them met. */
export function compared(rounds: readonly Round[]): Comparison {
  const names = Object.keys(rounds[0]?.others ?? {})
  const median = (ratioOf: (round: Round) => number) => quantileOf(rounds.map(ratioOf), 0.5)
  const control = median(({ well, wellAgain }) => wellAgain / well)
  return {
    ratios: Object.fromEntries(
      names.map((name) => [name, median(({ well, wellAgain, others }) => (2 * others[name]!) / (well + wellAgain))]),
    ),
    noise: Math.max(control, 1 / control),
  }
}
