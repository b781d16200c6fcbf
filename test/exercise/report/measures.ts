import { type Counted, rankOf, type Row } from './row.ts'

export interface Facts {
  readonly rows: readonly Row[]
  /** Alerts in the time without any fault. */
  readonly quietAlerts: readonly string[]
  readonly quietSeconds: number
  /** Orders that are one whole trace, and spans without their parent, in exercises that kill no process. */
  readonly traces: Counted
  readonly orphans: number
  /** Log lines and spans of orders that name the order. */
  readonly named: Counted
  /** Texts of the exercise that were found in spans, series or log lines. */
  readonly leaked: readonly string[]
}

export interface Measure {
  readonly name: string
  readonly value: string
  readonly target: string
  readonly isMet: boolean
}

const shareOf = ({ good, all }: Counted) => (all === 0 ? 1 : good / all)
const percent = (counted: Counted, digits = 0) =>
  `${(100 * shareOf(counted)).toFixed(digits)} % (${counted.good} of ${counted.all})`

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** Two of the windows over which the quickest burn alert looks. */
const detectLimitSeconds = 12
const causeLimitSeconds = 10
const mostSteps = 3

/** The table of the measures. Where nothing was to be measured the target is met: the counts say so. */
export function measuresOf({ rows, quietAlerts, quietSeconds, traces, orphans, named, leaked }: Facts): Measure[] {
  const faults = rows.filter(({ mustStaySilent }) => !mustStaySilent)
  const breaching = faults.filter(({ breached }) => breached.length > 0)
  const detected = { good: breaching.filter(({ alert }) => alert !== undefined).length, all: breaching.length }
  const alerted = faults.filter(({ alert }) => alert !== undefined)
  const falseAlerts = [
    ...quietAlerts,
    ...rows.flatMap(({ mustStaySilent, alert }) => (mustStaySilent && alert !== undefined ? [alert] : [])),
  ]
  const ranks = alerted.map(({ found, truth }) => rankOf(found, truth))
  const at = (most: number) => ({ good: ranks.filter((rank) => rank > 0 && rank <= most).length, all: ranks.length })
  const detect = median(breaching.flatMap(({ detectSeconds }) => detectSeconds ?? []))
  const steps = Math.max(0, ...alerted.map(({ found }) => found?.steps ?? 0))
  const seconds = Math.max(0, ...alerted.map(({ found }) => found?.seconds ?? 0))
  const bitten = { good: rows.filter(({ hasBitten }) => hasBitten).length, all: rows.length }
  const over = { good: rows.filter(({ isOver }) => isOver).length, all: rows.length }
  const links = sum(rows.map((row) => row.links))
  const measure = (name: string, value: string, target: string, isMet: boolean) => ({ name, value, target, isMet })
  return [
    measure('faults that breach an objective and alert', percent(detected), '100 %', shareOf(detected) === 1),
    measure(
      'false alerts',
      `${falseAlerts.length} in ${quietSeconds.toFixed(0)} s without a fault and with declined cards`,
      '0',
      falseAlerts.length === 0,
    ),
    measure('time to detect, median', `${detect.toFixed(1)} s`, '≤ 12 s, two windows', detect <= detectLimitSeconds),
    measure('steps to the cause, most', String(steps), '≤ 3', steps <= mostSteps),
    measure('seconds to the cause, most', `${seconds.toFixed(1)} s`, '≤ 10 s', seconds <= causeLimitSeconds),
    measure('the first named cause is right (AC@1)', percent(at(1)), '≥ 90 %', shareOf(at(1)) >= 0.9),
    measure('one of the first three is right (AC@3)', percent(at(3)), '100 %', shareOf(at(3)) === 1),
    measure('orders that are one whole trace', percent(traces, 1), '≥ 99.9 %', shareOf(traces) >= 0.999),
    measure('spans without their parent', String(orphans), '0', orphans === 0),
    measure('faults that had their effect', percent(bitten), '100 %', shareOf(bitten) === 1),
    measure('all is well again after the fault', percent(over), '100 %', shareOf(over) === 1),
    measure('links of alerts that lead somewhere', percent(links), '100 %', shareOf(links) === 1),
    measure("orders' spans and log lines that name the order", percent(named, 1), '100 %', shareOf(named) === 1),
    measure('words of the exercise in telemetry', String(leaked.length), '0', leaked.length === 0),
  ]
}

const sum = (counts: readonly Counted[]): Counted => ({
  good: counts.reduce((total, { good }) => total + good, 0),
  all: counts.reduce((total, { all }) => total + all, 0),
})

/** What the run with logs alone took, beside. */
export function blindLines(rows: readonly Row[]): string[] {
  const both = rows.filter(({ found, blind, mustStaySilent }) => found && blind && !mustStaySilent)
  if (both.length === 0) return []
  const steps = (which: 'found' | 'blind') => both.reduce((total, row) => total + row[which]!.steps, 0) / both.length
  const right = (which: 'found' | 'blind') => ({
    good: both.filter((row) => row[which]!.causes[0]?.service === row.truth.service).length,
    all: both.length,
  })
  return [
    `with logs alone: ${steps('blind').toFixed(1)} steps on average against ${steps('found').toFixed(1)} (${(steps('blind') / steps('found')).toFixed(1)} ×),` +
      ` the right service first in ${percent(right('blind'))} against ${percent(right('found'))}`,
  ]
}
