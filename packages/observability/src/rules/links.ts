import type { Alert } from './rule.ts'

/** Where links of alerts lead; the chart replaces these words by its values `links`. */
export interface Links {
  readonly runbooks: string
  readonly grafana: string
  readonly traces: string
}
export const placeholders: Links = {
  runbooks: '__RUNBOOKS__',
  grafana: '__GRAFANA__',
  traces: '__TRACES__',
}

/** GitHub's anchor of a heading that is one word. */
export const anchorOf = (alert: string): string => alert.toLowerCase()

const errorTag = encodeURIComponent('{"error":"true"}')

/** The links of an alert: what to read, what to look at, and a search for its failed traces. */
export function linksOf(alert: Alert, links: Links): Readonly<Record<string, string>> {
  const service = '{{ $labels.service }}'
  return {
    runbook_url: `${links.runbooks}/${alert.runbook}#${anchorOf(alert.alert)}`,
    dashboard_url: `${links.grafana}/d/${alert.dashboard}?var-service=${service}&from=now-1h&to=now`,
    traces_url: `${links.traces}/search?service=${service}&tags=${errorTag}&lookback=1h&limit=20`,
  }
}
