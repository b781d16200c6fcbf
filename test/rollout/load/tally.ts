import type { ConnectionKind } from './client.ts'

export interface Outcome {
  readonly op: string
  readonly connection: ConnectionKind
  /** From the moment at which it was due to the end of its answer. */
  readonly ms: number
  /** What is wrong with it; undefined: nothing. */
  readonly fault: string | undefined
}

export interface Failure extends Pick<Outcome, 'op' | 'connection'> {
  readonly fault: string
  /** Seconds since the load began. */
  readonly atS: number
  /** What was done to the shop just then. */
  readonly during: string
}

export interface Tally {
  add(outcome: Outcome): void
  /** From now on this is done to the shop. */
  during(what: string): void
  readonly failures: readonly Failure[]
  count(): number
  countOf(connection: ConnectionKind): number
  /** Latency percentile of all so far, or of those since `from`. */
  percentile(share: number, from?: number): number
  byOperation(): { readonly op: string; readonly sent: number; readonly failed: number; readonly p99: number }[]
}

const percentileOf = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)

export function tally(): Tally {
  const startedMs = performance.now()
  const outcomes: Pick<Outcome, 'op' | 'connection' | 'ms'>[] = []
  const failures: Failure[] = []
  let now = 'nothing'
  return {
    failures,
    add({ op, connection, ms, fault }) {
      outcomes.push({ op, connection, ms })
      const atS = Math.round((performance.now() - startedMs) / 100) / 10
      if (fault !== undefined) failures.push({ op, connection, fault, atS, during: now })
    },
    during(what) {
      now = what
    },
    count: () => outcomes.length,
    countOf: (connection) => outcomes.filter((each) => each.connection === connection).length,
    percentile: (share, from = 0) => percentileOf(ascending(outcomes.slice(from).map(({ ms }) => ms)), share),
    byOperation() {
      const failed = Map.groupBy(failures, ({ op }) => op)
      return [...Map.groupBy(outcomes, ({ op }) => op)]
        .map(([op, of]) => ({
          op,
          sent: of.length,
          failed: failed.get(op)?.length ?? 0,
          p99: percentileOf(ascending(of.map(({ ms }) => ms)), 0.99),
        }))
        .toSorted((a, b) => a.op.localeCompare(b.op))
    },
  }
}
