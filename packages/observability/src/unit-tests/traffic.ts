import { latencyObjectiveSeconds, metric, orderObjectiveSeconds } from '../metric-names.ts'
import type { InputSeries } from './promtool.ts'

/** Even traffic for a while. */
export interface Stretch {
  /** Steps of the series. */
  readonly steps: number
  /** Events in each. */
  readonly good: number
  readonly bad: number
  /** The process starts again at the beginning: its counters are 0. */
  readonly isReset?: boolean
  /** Orders that are overdue all the time and do not end. */
  readonly overdue?: number
}

/** Values of a counter that rises in each stretch as `perStep` says; its first sample is 0. */
function counterValues(stretches: readonly Stretch[], perStep: (stretch: Stretch) => number): string {
  let total = 0
  const runs = stretches.map((stretch, index) => {
    const rise = perStep(stretch)
    const isFirst = index === 0
    const start = isFirst ? 0 : stretch.isReset ? rise : total + rise
    const count = isFirst ? stretch.steps : stretch.steps - 1
    total = start + rise * count
    return `${start}+${rise}x${count}`
  })
  return runs.join(' ')
}

const gaugeValues = (stretches: readonly Stretch[], value: (stretch: Stretch) => number): string =>
  stretches.map((stretch, index) => `${value(stretch)}x${stretch.steps - (index === 0 ? 0 : 1)}`).join(' ')

const good = ({ good: value }: Stretch) => value
const bad = ({ bad: value }: Stretch) => value
const all = (stretch: Stretch) => stretch.good + stretch.bad

/** The series from which each objective is judged, with this traffic. */
const seriesOf: Readonly<Record<string, (labels: string, stretches: readonly Stretch[]) => InputSeries[]>> = {
  'api-availability': (labels, stretches) => {
    const name = metric.httpServerDuration('count')
    const series = (status: number) => `${name}{${labels},http_route="/x",http_response_status_code="${status}"}`
    return [
      { series: series(200), values: counterValues(stretches, good) },
      { series: series(404), values: counterValues(stretches, () => 0) },
      { series: series(503), values: counterValues(stretches, bad) },
    ]
  },
  'api-latency': (labels, stretches) => {
    const read = `${labels},http_request_method="GET",http_route="/products"`
    const stream = `${labels},http_request_method="GET",http_route="/orders/{id}/stream"`
    const bucket = metric.httpServerDuration('bucket')
    return [
      { series: `${metric.httpServerDuration('count')}{${read}}`, values: counterValues(stretches, all) },
      { series: `${bucket}{${read},le="${latencyObjectiveSeconds}"}`, values: counterValues(stretches, good) },
      // A stream lasts as long as its reader: always slow, never bad.
      { series: `${metric.httpServerDuration('count')}{${stream}}`, values: counterValues(stretches, all) },
    ]
  },
  'order-outcome': (labels, stretches) => {
    const ended = `${labels},status="confirmed"`
    const le = `le="${orderObjectiveSeconds}.0"`
    return [
      { series: `${metric.orderDuration('count')}{${ended}}`, values: counterValues(stretches, all) },
      { series: `${metric.orderDuration('bucket')}{${ended},${le}}`, values: counterValues(stretches, good) },
      { series: `${metric.ordersOverdue}{${labels}}`, values: gaugeValues(stretches, ({ overdue }) => overdue ?? 0) },
    ]
  },
}

export function trafficSeries(slo: string, namespace: string, stretches: readonly Stretch[]): InputSeries[] {
  const make = seriesOf[slo]
  if (!make) throw new Error(`no traffic for the objective ${slo}`)
  return stretches.length === 0 ? [] : make(`namespace="${namespace}",service="order"`, stretches)
}

/** Events of the last `steps` of all, as the rules should see them: a counter that starts again goes on where it was. */
export function eventsIn(stretches: readonly Stretch[], steps: number): { good: number; bad: number } {
  let left = steps
  let sum = { good: 0, bad: stretches.at(-1)?.overdue ?? 0 }
  for (const stretch of stretches.toReversed()) {
    const taken = Math.min(left, stretch.steps)
    sum = { good: sum.good + taken * stretch.good, bad: sum.bad + taken * stretch.bad }
    left -= taken
  }
  return sum
}
