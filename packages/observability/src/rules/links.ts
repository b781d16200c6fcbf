import { latencyObjectiveSeconds } from '../metric-names.ts'
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

/** Not `error`: Jaeger's memory (2.13) finds nothing by it, since it takes the word for false. */
const failed = `tags=${encodeURIComponent('{"otel.status_code":"ERROR"}')}`
const slow = `minDuration=${latencyObjectiveSeconds * 1000}ms`

/** The service that an alert is about: one, that of its labels, or none. */
function serviceOf({ labels, proof }: Alert): string | undefined {
  if (labels?.['service'] !== undefined) return labels['service']
  const isKept = proof.kind === 'burn' || ('series' in proof && proof.series.includes('service="'))
  const isDropped = 'drops' in proof && proof.drops?.includes('service')
  return isKept && !isDropped ? '{{ $labels.service }}' : undefined
}

/** Where nothing has failed, slow traces tell. */
const isAboutTime = ({ alert }: Alert): boolean => ['ApiLatencyBurn', 'EventLoopBusy'].includes(alert)

/** The links of an alert: what to read, what to look at, and a search for the failed or slow traces of its service. */
export function linksOf(alert: Alert, links: Links): Readonly<Record<string, string>> {
  const service = serviceOf(alert)
  return {
    runbook_url: `${links.runbooks}/${alert.runbook}#${anchorOf(alert.alert)}`,
    dashboard_url: `${links.grafana}/d/${alert.dashboard}?${service ? `var-service=${service}&` : ''}from=now-1h&to=now`,
    ...(service
      ? {
          traces_url: `${links.traces}/search?service=${service}&${isAboutTime(alert) ? slow : failed}&lookback=1h&limit=20`,
        }
      : {}),
  }
}
