/** A label with a closed set of values is an array of them; one with values from elsewhere becomes at most `max` values and `other`. */
export interface OpenLabel {
  readonly max: number
}
export type LabelDefinitions = Readonly<Record<string, readonly string[] | OpenLabel>>

/** The labels as they are given with a value. */
export type LabelsOf<L extends LabelDefinitions> = {
  readonly [K in keyof L]: L[K] extends readonly string[] ? L[K][number] : string
}

/** As UCUM writes units: `s`, `By` for bytes, `1` for a ratio or a state, `{order}` for a count of things. */
export type Unit = 's' | 'By' | '1' | `{${string}}`

export interface MetricDefinition<T extends MetricType = MetricType, L extends LabelDefinitions = LabelDefinitions> {
  readonly type: T
  readonly unit: Unit
  readonly help: string
  readonly labels: L
  /** Upper bounds of a histogram in its unit, ascending. */
  readonly buckets: readonly number[]
  /** Label sets that exist from the start, so that a first event is a rise from 0. */
  readonly zero: readonly LabelsOf<L>[]
}
export type MetricType = 'counter' | 'gauge' | 'histogram'

interface Options<L extends LabelDefinitions> {
  /** Default: every combination where all labels are closed sets, else none. */
  readonly zero?: readonly LabelsOf<NoInfer<L>>[]
}

const noLabels = {} as const

/** Something that only rises; its name ends in `_total`. */
export function counter<const L extends LabelDefinitions = typeof noLabels>(
  unit: Unit,
  help: string,
  labels: L = noLabels as L,
  { zero = combinations(labels) }: Options<L> = {},
): MetricDefinition<'counter', L> {
  return { type: 'counter', unit, help, labels, buckets: [], zero }
}

/** A state that goes up and down. */
export function gauge<const L extends LabelDefinitions = typeof noLabels>(
  unit: Unit,
  help: string,
  labels: L = noLabels as L,
): MetricDefinition<'gauge', L> {
  return { type: 'gauge', unit, help, labels, buckets: [], zero: [] }
}

/** Durations and ages in seconds, each with the trace that it was seen in as an exemplar. */
export function histogram<const L extends LabelDefinitions = typeof noLabels>(
  help: string,
  labels: L = noLabels as L,
  { zero = combinations(labels), buckets = latencyBuckets }: Options<L> & { readonly buckets?: readonly number[] } = {},
): MetricDefinition<'histogram', L> {
  return { type: 'histogram', unit: 's', help, labels, buckets, zero }
}

/** Values that code elsewhere chooses: routes, queues, collections, error types. */
export const open = (max = 50): OpenLabel => ({ max })

/** Bounds in seconds: the conventions' list plus 0.3 s, an SLO threshold (observability.md, "Names"). */
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const

function combinations<L extends LabelDefinitions>(labels: L): LabelsOf<L>[] {
  let sets: Record<string, string>[] = [{}]
  for (const [name, values] of Object.entries(labels)) {
    if (!isClosed(values)) return []
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })))
  }
  return sets as LabelsOf<L>[]
}

export const isClosed = (values: readonly string[] | OpenLabel): values is readonly string[] => Array.isArray(values)
