import { stringify } from 'yaml'
import { alertsAt } from '../rules/alerts.ts'
import type { Alert } from '../rules/rule.ts'
import type { Pace } from '../slo/windows.ts'
import { absenceTests } from './absence-tests.ts'
import { burnTests } from './burn-tests.ts'
import { type TestGroup, testGroup } from './promtool.ts'
import { sampleTests } from './sample-cases.ts'

export interface TestFile {
  readonly name: string
  readonly text: string
  /** Situations in which an alert is looked at, by its name. */
  readonly cases: Readonly<Record<string, number>>
}

/** Unit tests of every alert of a pace, as promtool reads them. `ruleFile` is the path of the rules under test. */
export function testFiles(pace: Pace, ruleFile: string): TestFile[] {
  const others = Object.values(alertsAt(pace)).flat()
  const simple = [...others.flatMap(simpleTests), ...absenceTests(others.flatMap(absent))]
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

function simpleTests(alert: Alert): TestGroup[] {
  const { proof } = alert
  if (proof.kind === 'level' || proof.kind === 'increase') return [sampleTests(alert, proof, proof.kind)]
  if (proof.kind !== 'always') return []
  return ['0m', '1m', '5m', '10m', '30m', '60m'].map((at) =>
    testGroup(alert.alert, [{ namespace: `at-${at}`, series: [], fires: [{ alert, labels: {} }] }], '1m', at),
  )
}

const absent = (alert: Alert): [Alert, string][] =>
  alert.proof.kind === 'absence' ? [[alert, alert.proof.series]] : []

function countCases(tests: readonly TestGroup[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const {
    name,
    alert_rule_test: [{ alertname } = { alertname: '' }],
  } of tests)
    counts[alertname] = (counts[alertname] ?? 0) + name.split(',').length
  return counts
}
