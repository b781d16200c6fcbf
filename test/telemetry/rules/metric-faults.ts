import { definitionOf, type MetricName, metricRegistry, nodeMetricNames } from '@toko/runtime'

/** Label sets of all metrics together that one service may have: a histogram's buckets count once. */
const seriesBudget = 500
/** Samples of one scrape; the limit of the chart's Prometheus is above it. */
const sampleBudget = 8000

const nodeNames: ReadonlySet<string> = new Set(nodeMetricNames)
const sample = /^([a-z_]\w*)(?:\{(.*)\})? \S+$/
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g

interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** Series of a scrape in plain text, by the name of their metric. */
export function seriesOf(text: string): Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', labels = ''] = sample.exec(line) ?? []
    if (name === '') return []
    const base = name.replace(/_(?:bucket|sum|count)$/, '')
    const pairs = Array.from(labels.matchAll(label), ([, key, value]) => [key!, value!] as const)
    return [{ name: base in metricRegistry || nodeNames.has(base) ? base : name, labels: Object.fromEntries(pairs) }]
  })
}

/** What is wrong with the metrics of one service, as its admin port tells them. */
export function metricFaults(service: string, text: string): string[] {
  const series = seriesOf(text)
  const sets = new Set(series.map(({ name, labels: { le: _, ...labels } }) => `${name}${JSON.stringify(labels)}`))
  return [
    ...series.flatMap((each) => labelFaults(service, each)),
    ...(sets.size <= seriesBudget ? [] : [`${service} has ${sets.size} series, more than ${seriesBudget}`]),
    ...(series.length <= sampleBudget ? [] : [`${service} has ${series.length} samples, more than ${sampleBudget}`]),
    ...(/^toko_metrics_dropped_labels_total\{.*\} [1-9]/m.test(text) ? [`${service} dropped label values`] : []),
  ]
}

function labelFaults(service: string, { name, labels }: Series): string[] {
  const { service: told, le: _, ...own } = labels
  if (told !== service) return [`${name} of ${service} has the service "${told}"`]
  if (nodeNames.has(name)) return []
  if (!(name in metricRegistry)) return [`${service} tells ${name}, which is not in metricRegistry`]
  const { labels: known } = definitionOf(name as MetricName)
  return Object.entries(own).flatMap(([key, value]) => {
    const values = known[key]
    if (values === undefined) return [`${name} has the label ${key}, which is not in metricRegistry`]
    const isKnown = !Array.isArray(values) || values.includes(value)
    return isKnown ? [] : [`${name} has ${key}="${value}", which is not in metricRegistry`]
  })
}

/** Names of the registry that no service of a whole shop tells, but for those that this one can't have. */
export function untold(texts: readonly string[], impossible: readonly MetricName[] = []): string[] {
  const told = new Set(texts.flatMap((text) => Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name!)))
  return Object.keys(metricRegistry).filter((name) => !told.has(name) && !impossible.includes(name as MetricName))
}
