import { parser } from '@prometheus-io/lezer-promql'

/** One selector of a query: the series and the labels that its matchers name. */
interface Selector {
  readonly metric: string
  readonly labels: readonly string[]
}

export interface Reading {
  readonly selectors: readonly Selector[]
  /** Labels by which the query groups or joins. */
  readonly grouped: readonly string[]
  /** Texts that are no PromQL. */
  readonly faults: readonly string[]
}

/** The query as Prometheus gets it: Grafana's variables have values. */
const withoutVariables = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '1h')
    .replaceAll(/\$\{?(namespace|service|order_id)\}?/g, '.*')

/** What a query reads, by Prometheus' own grammar. */
export function read(expr: string): Reading {
  const text = withoutVariables(expr)
  const selectors: { metric: string; labels: string[] }[] = []
  const grouped: string[] = []
  const faults: string[] = []
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      const part = text.slice(from, to)
      if (type.isError) faults.push(`"${text}" at ${from}`)
      else if (type.name === 'VectorSelector') {
        const metric = node.getChild('Identifier')
        selectors.push({ metric: metric ? text.slice(metric.from, metric.to) : '', labels: [] })
      } else if (type.name === 'LabelName') {
        if (node.parent?.name === 'GroupingLabels') grouped.push(part)
        else selectors.at(-1)?.labels.push(part)
      }
    },
  })
  return { selectors, grouped, faults }
}
