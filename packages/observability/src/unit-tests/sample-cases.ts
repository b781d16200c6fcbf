import type { Alert, Sample } from '../rules/rule.ts'
import { type Case, type InputSeries, partsOf, type TestGroup, testGroup, within } from './promtool.ts'

/** Minutes of every series; longer than any `for` and any range of these alerts, twice. */
const minutes = 60
const half = minutes / 2

type Values = (value: number) => string
interface Shape {
  readonly namespace: string
  readonly series: (sample: Sample) => string | undefined
  readonly fires: boolean
}

const level: Values = (value) => `${value}x${minutes}`
const levelShapes: readonly Shape[] = [
  { namespace: 'beyond', series: ({ firing }) => level(firing), fires: true },
  { namespace: 'just-not', series: ({ quiet }) => level(quiet), fires: false },
  { namespace: 'recovered', series: ({ firing, quiet }) => `${firing}x${minutes - 2} ${quiet}x1`, fires: false },
  { namespace: 'begins-late', series: ({ firing, quiet }) => `${quiet}x${half} ${firing}x${half}`, fires: true },
  { namespace: 'gone', series: ({ firing }) => `${firing}x${half} stale`, fires: false },
  { namespace: 'never-there', series: () => undefined, fires: false },
]
/** Only where the alert waits at all. */
const spike: Shape = {
  namespace: 'spike',
  series: ({ firing, quiet }) => `${quiet}x${minutes - 1} ${firing}`,
  fires: false,
}

const rising = (start: number, perMinute: number, count: number) => `${start}+${perMinute}x${count}`
const increaseShapes: readonly Shape[] = [
  { namespace: 'rises', series: ({ firing }) => rising(0, firing, minutes), fires: true },
  { namespace: 'just-not', series: ({ quiet }) => rising(7, quiet, minutes), fires: false },
  {
    namespace: 'recovered',
    series: ({ firing, quiet }) => `${rising(0, firing, half - 1)} ${rising(firing * half, quiet, half)}`,
    fires: false,
  },
  {
    namespace: 'begins-late',
    series: ({ firing, quiet }) => `${rising(0, quiet, half - 1)} ${rising(quiet * half, firing, half)}`,
    fires: true,
  },
  {
    namespace: 'reset',
    series: ({ quiet }) => `${rising(1000, quiet, half - 1)} ${rising(0, quiet, half)}`,
    fires: false,
  },
  { namespace: 'gone', series: ({ firing }) => `${rising(0, firing, half)} stale`, fires: false },
  { namespace: 'never-there', series: () => undefined, fires: false },
]

/** The cases of an alert on a level or on a rise, seen after an hour. */
export function sampleTests(alert: Alert, sample: Sample, kind: 'level' | 'increase'): TestGroup {
  const shapes = kind === 'increase' ? increaseShapes : alert.forSeconds > 0 ? [...levelShapes, spike] : levelShapes
  const cases = shapes.map((shape) => caseOf(alert, sample, shape, kind))
  return testGroup(alert.alert, cases, '1m', `${minutes}m`)
}

function caseOf(alert: Alert, sample: Sample, { namespace, series, fires }: Shape, kind: 'level' | 'increase'): Case {
  const values = series(sample)
  const beside = Object.entries(sample.beside ?? {}).map(([selector, value]): InputSeries => ({
    series: within(namespace, selector),
    values: kind === 'increase' ? rising(0, value, minutes) : level(value),
  }))
  const kept = Object.entries(partsOf(sample.series).labels).filter(([name]) => !sample.drops?.includes(name))
  return {
    namespace,
    series: values === undefined ? [] : [{ series: within(namespace, sample.series), values }, ...beside],
    fires: fires ? [{ alert, labels: { namespace, ...Object.fromEntries(kept) } }] : [],
  }
}
