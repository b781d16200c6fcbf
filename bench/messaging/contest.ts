/** The same work done by bare amqplib and through the bus; each call is one round and resolves with operations per second. */
export interface Contest {
  readonly name: string
  /** Operations per second of the bus, on two idle cores. */
  readonly goalRate?: number
  bare(): Promise<number>
  toko(): Promise<number>
  close(): Promise<void>
}

export interface Result {
  readonly name: string
  readonly goalRate: number | undefined
  /** Medians of all rounds. */
  readonly bare: number
  readonly toko: number
  /** toko's rate by the bare one's of the same round: their median, and their ends. */
  readonly ratio: number
  readonly lowest: number
  readonly highest: number
}

/** Rounds in turn, so that whatever else the machine does hurts both alike; the first of each only warms up. */
export async function compete(contest: Contest, rounds: number): Promise<Result> {
  const taken: Record<'bare' | 'toko', number>[] = []
  for (let round = 0; round <= rounds; round++) {
    const rates = { bare: 0, toko: 0 }
    const turns = round % 2 === 0 ? (['bare', 'toko'] as const) : (['toko', 'bare'] as const)
    for (const side of turns) rates[side] = await contest[side]()
    if (round > 0) taken.push(rates)
  }
  const ratios = taken.map(({ bare, toko }) => toko / bare).toSorted((a, b) => a - b)
  return {
    name: contest.name,
    goalRate: contest.goalRate,
    bare: median(taken.map(({ bare }) => bare)),
    toko: median(taken.map(({ toko }) => toko)),
    ratio: median(ratios),
    lowest: ratios[0]!,
    highest: ratios.at(-1)!,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
