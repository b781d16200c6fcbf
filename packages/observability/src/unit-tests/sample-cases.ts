import type { Alert, Sample } from '../rules/rule.ts'
import { type Case, type CasesOf, type InputSeries, namespaceOf, partsOf, within } from './promtool.ts'

/** Minutes of every series; longer than any `for` and any range of these alerts, twice. */
const minutes = 40
const half = minutes / 2

type Values = (value: number) => string
interface Shape {
  readonly situation: string
  readonly series: (sample: Sample) => string | undefined
  readonly fires: boolean
}

const level: Values = (value) => `${value}x${minutes}`
const levelShapes: readonly Shape[] = [
  { situation: 'beyond', series: ({ firing }) => level(firing), fires: true },
  { situation: 'just-not', series: ({ quiet }) => level(quiet), fires: false },
  { situation: 'recovered', series: ({ firing, quiet }) => `${firing}x${minutes - 2} ${quiet}x1`, fires: false },
  { situation: 'begins-late', series: ({ firing, quiet }) => `${quiet}x${half} ${firing}x${half}`, fires: true },
  { situation: 'gone', series: ({ firing }) => `${firing}x${half} stale`, fires: false },
  { situation: 'never-there', series: () => undefined, fires: false },
]
/** Only where the alert waits at all. */
const spike: Shape = {
  situation: 'spike',
  series: ({ firing, quiet }) => `${quiet}x${minutes - 1} ${firing}`,
  fires: false,
}

const rising = (start: number, perMinute: number, count: number) => `${start}+${perMinute}x${count}`
const increaseShapes: readonly Shape[] = [
  { situation: 'rises', series: ({ firing }) => rising(0, firing, minutes), fires: true },
  { situation: 'just-not', series: ({ quiet }) => rising(7, quiet, minutes), fires: false },
  {
    situation: 'recovered',
    series: ({ firing, quiet }) => `${rising(0, firing, half - 1)} ${rising(firing * half, quiet, half)}`,
    fires: false,
  },
  {
    situation: 'begins-late',
    series: ({ firing, quiet }) => `${rising(0, quiet, half - 1)} ${rising(quiet * half, firing, half)}`,
    fires: true,
  },
  {
    situation: 'reset',
    series: ({ quiet }) => `${rising(1000, quiet, half - 1)} ${rising(0, quiet, half)}`,
    fires: false,
  },
  { situation: 'gone', series: ({ firing }) => `${rising(0, firing, half)} stale`, fires: false },
  { situation: 'never-there', series: () => undefined, fires: false },
]

/** When the cases are looked at. */
export const sampledFor = `${minutes}m`

/** The cases of an alert on a level or on a rise. */
export function sampleCases(alert: Alert, sample: Sample, kind: 'level' | 'increase'): CasesOf {
  const shapes = kind === 'increase' ? increaseShapes : alert.forSeconds > 0 ? [...levelShapes, spike] : levelShapes
  return { alertname: alert.alert, cases: shapes.map((shape) => caseOf(alert, sample, shape, kind)) }
}

function caseOf(alert: Alert, sample: Sample, { situation, series, fires }: Shape, kind: 'level' | 'increase'): Case {
  const namespace = namespaceOf(alert.alert, situation)
  const values = series(sample)
  const beside = Object.entries(sample.beside ?? {}).map(([selector, value]): InputSeries => ({
    series: within(namespace, selector),
    values: kind === 'increase' ? rising(0, value, minutes) : level(value),
  }))
  const kept = Object.entries(partsOf(sample.series).labels).filter(([name]) => !sample.drops?.includes(name))
  return {
    situation,
    series: values === undefined ? [] : [{ series: within(namespace, sample.series), values }, ...beside],
    fires: fires ? [{ alert, labels: { namespace, ...Object.fromEntries(kept) } }] : [],
  }
}
