import { stringify } from 'yaml'
import { alertsAt } from '../rules/alerts.ts'
import type { Alert } from '../rules/rule.ts'
import type { Pace } from '../slo/windows.ts'
import { absenceTests } from './absence-tests.ts'
import { burnTests } from './burn-tests.ts'
import { type CasesOf, type TestGroup, testGroup } from './promtool.ts'
import { sampleCases, sampledFor } from './sample-cases.ts'

export interface TestFile {
  readonly name: string
  readonly text: string
  /** Situations in which an alert is looked at, by its name. */
  readonly cases: Readonly<Record<string, number>>
}

/** Unit tests of every alert of a pace, as promtool reads them. `ruleFile` is the path of the rules under test. */
export function testFiles(pace: Pace, ruleFile: string): TestFile[] {
  const others = Object.values(alertsAt(pace)).flat()
  const sampled = testGroup(others.flatMap(sampledCases), '1m', sampledFor)
  const simple = [sampled, ...others.flatMap(alwaysTests), ...absenceTests(others.flatMap(absent))]
  const files = [
    { stepSeconds: 60, tests: simple, kind: 'simple' },
    ...burnTests(pace).map((each) => ({ ...each, kind: 'burn' })),
  ]
  return files.map(({ stepSeconds, tests, kind }) => ({
    name: `${pace.name}-${kind}-${stepSeconds}s.yaml`,
    text: stringify({ rule_files: [ruleFile], evaluation_interval: `${stepSeconds}s`, tests }, { lineWidth: 0 }),
    cases: countCases(tests),
  }))
}

const sampledCases = (alert: Alert): CasesOf[] => {
  const { proof } = alert
  return proof.kind === 'level' || proof.kind === 'increase' ? [sampleCases(alert, proof, proof.kind)] : []
}

const alwaysTests = (alert: Alert): TestGroup[] =>
  alert.proof.kind === 'always'
    ? ['0m', '1m', '5m', '10m', '30m', '60m'].map((at) => {
        const seen = { situation: `at-${at}`, series: [], fires: [{ alert, labels: {} }] }
        return testGroup([{ alertname: alert.alert, cases: [seen] }], '1m', at)
      })
    : []

const absent = (alert: Alert): [Alert, string][] =>
  alert.proof.kind === 'absence' ? [[alert, alert.proof.series]] : []

function countCases(tests: readonly TestGroup[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const part of tests.flatMap(({ name }) => name.split('; '))) {
    const [alertname = '', situations = ''] = part.split(': ')
    counts[alertname] = (counts[alertname] ?? 0) + situations.split(', ').length
  }
  return counts
}
