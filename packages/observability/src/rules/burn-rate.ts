import { type Objective, objectives } from '../slo/objectives.ts'
import { type BurnWindow, type Pace, windowsOf } from '../slo/windows.ts'
import type { Alert, RecordingRule } from './rule.ts'

/** Fewer bad events than this are no reason to wake anybody, however few events there were. */
export const fewestBadEvents = 3

const badOver = (window: string) => `toko_slo_bad_events:increase${window}`
const eventsOver = (window: string) => `toko_slo_events:increase${window}`
export const ratioOver = (window: string): string => `toko_slo_bad:ratio${window}`

/** Bad events, events and their ratio of every objective over every window of a pace. */
export function sliRecords(pace: Pace): RecordingRule[] {
  return objectives.flatMap((objective) => {
    const labels = { slo: objective.name }
    return windowsOf(pace).flatMap((window) => [
      { record: badOver(window), expr: objective.bad(window), labels },
      { record: eventsOver(window), expr: objective.events(window), labels },
      {
        record: ratioOver(window),
        expr: `${badOver(window)}{slo="${objective.name}"} / (${eventsOver(window)}{slo="${objective.name}"} > 0)`,
        labels,
      },
    ])
  })
}

/** What is promised, as a series: dashboards and people need not know this file. */
export const targetRecords = (): RecordingRule[] =>
  objectives.map(({ name, target }) => ({
    record: 'toko_slo:target',
    expr: `vector(${target})`,
    labels: { slo: name },
  }))

/** The ratio of bad events at which a window burns. */
export const burningAt = ({ target }: Objective, { burnRate }: BurnWindow): number =>
  Number((burnRate * (1 - target)).toFixed(6))

export const burnRateAlerts = (pace: Pace): Alert[] =>
  objectives.flatMap((objective) => pace.windows.map((window) => burnRateAlert(objective, window)))

/** Both windows burn: the long one says that it matters, the short one that it goes on. No `for`: the windows are the patience. */
function burnRateAlert(objective: Objective, window: BurnWindow): Alert {
  const { name, alert, promise, dashboard, runbook } = objective
  const slo = `{slo="${name}"}`
  const limit = burningAt(objective, window)
  return {
    alert,
    severity: window.severity,
    forSeconds: 0,
    labels: { window: window.long },
    expr: [
      `${ratioOver(window.long)}${slo} > ${limit}`,
      `${ratioOver(window.short)}${slo} > ${limit}`,
      `${badOver(window.long)}${slo} >= ${fewestBadEvents}`,
    ].join(' and '),
    summary: `{{ $labels.service }} burns its error budget of ${name} ${window.burnRate} times too fast`,
    description: `Promised: ${promise}. Over the last ${window.long} and the last ${window.short} more than ${Number((limit * 100).toFixed(4))} % were bad.`,
    dashboard,
    runbook,
    proof: { kind: 'burn' },
  }
}
