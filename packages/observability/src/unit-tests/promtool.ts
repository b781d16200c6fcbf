import { linksOf, placeholders } from '../rules/links.ts'
import type { Alert } from '../rules/rule.ts'

export interface InputSeries {
  readonly series: string
  /** promtool's notation. */
  readonly values: string
}

/** One situation, in a namespace of its own: what is there, and with which labels an alert fires, if it does. */
export interface Case {
  readonly situation: string
  readonly series: readonly InputSeries[]
  readonly fires: readonly Expected[]
}
export interface Expected {
  readonly alert: Alert
  readonly labels: Readonly<Record<string, string>>
}

export interface TestGroup {
  readonly name: string
  readonly interval: string
  readonly input_series: readonly InputSeries[]
  readonly alert_rule_test: readonly {
    readonly eval_time: string
    readonly alertname: string
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>
      readonly exp_annotations: Readonly<Record<string, string>>
    }[]
  }[]
}

/** The cases of one alert. */
export interface CasesOf {
  readonly alertname: string
  readonly cases: readonly Case[]
}

/** All cases looked at once, each firing with exactly these labels and annotations and nothing else of that name firing. */
export function testGroup(looked: readonly CasesOf[], step: string, evalTime: string): TestGroup {
  return {
    name: looked
      .map(({ alertname, cases }) => `${alertname}: ${cases.map(({ situation }) => situation).join(', ')}`)
      .join('; '),
    interval: step,
    input_series: looked.flatMap(({ cases }) => cases.flatMap(({ series }) => series)),
    alert_rule_test: looked.map(({ alertname, cases }) => ({
      eval_time: evalTime,
      alertname,
      exp_alerts: cases.flatMap(({ fires }) => fires.map(expectation)),
    })),
  }
}

/** `$labels` of annotations are those of the expression, without those that the rule adds. */
const expectation = ({ alert, labels }: Expected) => ({
  exp_labels: { ...labels, ...alert.labels, severity: alert.severity },
  exp_annotations: annotationsOf(alert, labels),
})

function annotationsOf(alert: Alert, labels: Readonly<Record<string, string>>) {
  const { summary, description } = alert
  const all = { summary, description, ...linksOf(alert, placeholders) }
  const expand = (text: string) =>
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
  return Object.fromEntries(Object.entries(all).map(([name, text]) => [name, expand(text)]))
}

/** Name and labels of a selector that matches with `=` alone. */
export function partsOf(selector: string): { name: string; labels: Record<string, string> } {
  const [, name = '', inside = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? []
  const labels = Object.fromEntries([...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))
  return { name, labels: labels as Record<string, string> }
}

/** A namespace for a situation of an alert, so that no other alert meets its series. */
export const namespaceOf = (alertname: string, situation: string): string => `${alertname.toLowerCase()}-${situation}`

/** The selector in a namespace. */
export function within(namespace: string, selector: string): string {
  const { name, labels } = partsOf(selector)
  const all = Object.entries({ namespace, ...labels }).map(([key, value]) => `${key}="${value}"`)
  return `${name}{${all.join(',')}}`
}
