import { burnRateAlerts, burningAt, fewestBadEvents } from '../rules/burn-rate.ts'
import type { Alert } from '../rules/rule.ts'
import { type Objective, objectives } from '../slo/objectives.ts'
import { type BurnWindow, type Pace, secondsOf } from '../slo/windows.ts'
import { type Case, type CasesOf, namespaceOf, type TestGroup, testGroup } from './promtool.ts'
import { type Stretch, eventsIn, trafficSeries } from './traffic.ts'

/** So many samples are in the short window under test. */
const samplesInShort = 5
const perStep = 20_000

/** Test groups of one step of series; promtool knows one step of evaluation per file. */
export interface SteppedTests {
  readonly stepSeconds: number
  readonly tests: readonly TestGroup[]
}

/** For each window of a pace, each objective under traffic that makes it burn, and under traffic that must not. */
export function burnTests(pace: Pace): SteppedTests[] {
  const alerts = burnRateAlerts(pace)
  return pace.windows.map((window) => {
    const stepSeconds = secondsOf(window.short) / samplesInShort
    const total = totalSteps(window, stepSeconds)
    const looked = objectives.map((objective) => casesOf(objective, window, pace, alerts, stepSeconds))
    return { stepSeconds, tests: [testGroup(looked, `${stepSeconds}s`, `${total * stepSeconds}s`)] }
  })
}

/** Longer than the long window, so that it never looks at the time before the first sample. */
const totalSteps = ({ long }: BurnWindow, stepSeconds: number): number =>
  secondsOf(long) / stepSeconds + 2 * samplesInShort

function casesOf(
  objective: Objective,
  window: BurnWindow,
  pace: Pace,
  alerts: readonly Alert[],
  stepSeconds: number,
): CasesOf {
  const steps = (duration: string) => secondsOf(duration) / stepSeconds
  const short = samplesInShort
  const limit = burningAt(objective, window)
  const traffic = (count: number, badShare: number): Stretch => {
    const bad = Math.round(perStep * badShare)
    return { steps: count, good: perStep - bad, bad }
  }
  const fine = (count: number) => traffic(count, 0)
  const idle = (count: number): Stretch => ({ steps: count, good: 0, bad: 0 })
  const total = totalSteps(window, stepSeconds)
  const situations: Readonly<Record<string, readonly Stretch[]>> = {
    burns: [traffic(total, limit * 1.1)],
    'just-not': [traffic(total, limit * 0.9)],
    recovered: [traffic(total - short - 1, limit * 2), fine(short + 1)],
    // Enough for the short window, far too little for the long one.
    'brief-burst': [fine(total - 1), traffic(1, limit * 1.2 * short)],
    idle: [idle(total)],
    'few-events': [idle(total - 1), { steps: 1, good: 0, bad: fewestBadEvents - 1 }],
    'started-again': [traffic(total - short - 3, limit * 0.9), { ...traffic(short + 3, limit * 0.9), isReset: true }],
    'burns-over-a-restart': [
      traffic(total - short - 3, limit * 1.1),
      { ...traffic(short + 3, limit * 1.1), isReset: true },
    ],
    ...(objective.name === 'order-outcome' ? { 'never-final': [{ ...idle(total), overdue: 50 }] } : {}),
    absent: [],
  }
  const cases = Object.entries(situations).map(([situation, stretches]): Case => {
    const namespace = namespaceOf(objective.alert, situation)
    const burning = pace.windows.filter(
      (each) =>
        secondsOf(each.short) > stepSeconds &&
        isBurning(objective, each, stretches, (duration) => Math.min(steps(duration), total)),
    )
    const labels = { namespace, service: 'order', slo: objective.name }
    const fires = burning.map((each) => ({ alert: alertOf(alerts, objective, each), labels }))
    return { situation, series: trafficSeries(objective.name, namespace, stretches), fires }
  })
  return { alertname: objective.alert, cases }
}

/** What the alert of a window ought to say, from the traffic itself. */
function isBurning(
  objective: Objective,
  window: BurnWindow,
  stretches: readonly Stretch[],
  steps: (duration: string) => number,
): boolean {
  const ratio = ({ good, bad }: { good: number; bad: number }) => (good + bad === 0 ? 0 : bad / (good + bad))
  const [long, short] = [eventsIn(stretches, steps(window.long)), eventsIn(stretches, steps(window.short))]
  const limit = burningAt(objective, window)
  return ratio(long) > limit && ratio(short) > limit && long.bad >= fewestBadEvents
}

const alertOf = (alerts: readonly Alert[], { alert }: Objective, window: BurnWindow): Alert => {
  const found = alerts.find((each) => each.alert === alert && each.labels?.['window'] === window.long)
  if (!found) throw new Error(`no alert ${alert} of ${window.long}`)
  return found
}
