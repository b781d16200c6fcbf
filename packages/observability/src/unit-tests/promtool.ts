import { linksOf, placeholders } from '../rules/links.ts'
import type { Alert } from '../rules/rule.ts'

export interface InputSeries {
  readonly series: string
  /** promtool's notation. */
  readonly values: string
}

/** One situation, in a namespace of its own: what is there, and with which labels an alert fires, if it does. */
export interface Case {
  readonly namespace: string
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

/** All cases of an alert looked at once, each firing with exactly these labels and annotations and nothing else firing. */
export function testGroup(alertname: string, cases: readonly Case[], step: string, evalTime: string): TestGroup {
  const firing = cases.flatMap(({ fires }) => fires)
  return {
    name: `${alertname}: ${cases.map(({ namespace }) => namespace).join(', ')}`,
    interval: step,
    input_series: cases.flatMap(({ series }) => series),
    alert_rule_test: [
      {
        eval_time: evalTime,
        alertname,
        exp_alerts: firing.map(({ alert, labels }) => {
          const all = { ...labels, ...alert.labels, severity: alert.severity }
          return { exp_labels: all, exp_annotations: annotationsOf(alert, all) }
        }),
      },
    ],
  }
}

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

/** The selector in a namespace. */
export function within(namespace: string, selector: string): string {
  const { name, labels } = partsOf(selector)
  const all = Object.entries({ namespace, ...labels }).map(([key, value]) => `${key}="${value}"`)
  return `${name}{${all.join(',')}}`
}
