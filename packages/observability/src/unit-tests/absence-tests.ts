import type { Alert } from '../rules/rule.ts'
import { type Case, type InputSeries, partsOf, type TestGroup, testGroup } from './promtool.ts'

/** `values` by replica; the target is looked at after ten minutes. */
const situations: readonly { readonly name: string; readonly replicas: readonly string[]; readonly fires: boolean }[] =
  [
    { name: 'answers', replicas: ['1x10'], fires: false },
    { name: 'refuses', replicas: ['1x2 0x8'], fires: true },
    { name: 'is-no-target-any-more', replicas: ['1x2 stale'], fires: true },
    { name: 'never-was-a-target', replicas: [], fires: true },
    { name: 'came-back', replicas: ['1x2 0x4 1x4'], fires: false },
    { name: 'was-away-for-a-scrape', replicas: ['1x9 0'], fires: false },
    { name: 'one-of-two-answers', replicas: ['1x10', '0x10'], fires: false },
  ]

/** A test for each situation of each alert: what is absent has no namespace to be told apart by. */
export function absenceTests(alerts: readonly (readonly [Alert, string])[]): TestGroup[] {
  return alerts.flatMap(([alert, series]) =>
    situations.map(({ name, replicas, fires }) => {
      const others = alerts.filter(([other]) => other !== alert).map(([, its]) => target(its, 0, '1x10'))
      const own = replicas.map((values, index) => target(series, index, values))
      const situation = `${partsOf(series).labels['service']}-${name}`
      const seen: Case = { situation, series: [...others, ...own], fires: fires ? [{ alert, labels: {} }] : [] }
      return testGroup([{ alertname: alert.alert, cases: [seen] }], '1m', '10m')
    }),
  )
}

const target = (series: string, replica: number, values: string): InputSeries => ({
  series: series.replace('}', `,namespace="shop",instance="10.0.0.${replica}:9000"}`),
  values,
})
