import { foreign, metric } from '../metric-names.ts'
import type { Pace } from '../slo/windows.ts'
import type { Alert } from './rule.ts'

const ticket = { severity: 'ticket', dashboard: 'toko-platform', runbook: 'telemetry.md' } as const

/** Alerts about what alerts: blind spots of the telemetry itself. */
export const watcherAlerts = ({ over }: Pace): readonly Alert[] => [
  {
    alert: 'DeadManSwitch',
    severity: 'none',
    forSeconds: 0,
    expr: 'vector(1)',
    summary: 'Rules are evaluated and alerts are sent',
    description: 'It always fires. Whoever receives alerts must tell when it stops: then no other would come either.',
    dashboard: 'toko-platform',
    runbook: 'telemetry.md',
    proof: { kind: 'always' },
  },
  {
    ...ticket,
    alert: 'RulesFail',
    forSeconds: 0,
    expr: `sum by (namespace, rule_group) (increase(${foreign.ruleFailures}[${over(10)}])) > 0`,
    summary: 'Prometheus cannot evaluate rules of {{ $labels.rule_group }}',
    description: 'Alerts of that group do not fire. Its own log and /rules name the rule.',
    proof: { kind: 'increase', series: `${foreign.ruleFailures}{rule_group="toko"}`, firing: 1, quiet: 0 },
  },
  {
    ...ticket,
    alert: 'ScrapeTooLarge',
    forSeconds: 0,
    expr: `increase(${foreign.sampleLimit}[${over(10)}]) > 0`,
    summary: 'A target exports more series than its limit',
    description: 'Its whole scrape is refused: no series of it is there, and its alerts are blind.',
    proof: { kind: 'increase', series: `${foreign.sampleLimit}{instance="prometheus"}`, firing: 1, quiet: 0 },
  },
  {
    ...ticket,
    alert: 'LabelsDropped',
    forSeconds: 0,
    expr: `sum by (namespace, service, metric) (increase(${metric.labelsDropped}[${over(10)}])) > 0`,
    summary: '{{ $labels.service }} counts values of {{ $labels.metric }} as "other"',
    description: 'A label has more values than its limit: clients make them up, or the limit is too small.',
    proof: {
      kind: 'increase',
      series: `${metric.labelsDropped}{service="user",metric="toko_x_total"}`,
      firing: 1,
      quiet: 0,
    },
  },
  {
    ...ticket,
    alert: 'SpansDropped',
    forSeconds: 0,
    expr: `sum by (namespace, service) (increase(${metric.spansDropped}[${over(10)}])) > 0`,
    summary: '{{ $labels.service }} loses spans',
    description: 'The collector is away or too slow. Requests are not delayed by that; traces have holes.',
    proof: {
      kind: 'increase',
      series: `${metric.spansDropped}{service="order",reason="export_failed"}`,
      drops: ['reason'],
      firing: 1,
      quiet: 0,
    },
  },
  {
    ...ticket,
    alert: 'CollectorRefuses',
    forSeconds: 0,
    expr: `sum by (namespace, receiver) (increase(${foreign.collectorRefused}[${over(10)}])) > 0`,
    summary: 'The collector refuses spans',
    description: 'It is near its limit of memory, or its queue is full. Services repeat for a while, then drop.',
    proof: {
      kind: 'increase',
      series: `${foreign.collectorRefused}{receiver="otlp"}`,
      firing: 1,
      quiet: 0,
    },
  },
  {
    ...ticket,
    alert: 'CollectorFails',
    forSeconds: 0,
    expr: `sum by (namespace, exporter) (increase(${foreign.collectorFailed}[${over(10)}])) > 0 or sum by (namespace, exporter) (increase(${foreign.collectorDropped}[${over(10)}])) > 0`,
    summary: 'The collector cannot hand spans on to {{ $labels.exporter }}',
    description: 'The trace store is away, or refuses. What the sending queue cannot hold is lost.',
    proof: {
      kind: 'increase',
      series: `${foreign.collectorFailed}{exporter="otlp_grpc/traces"}`,
      firing: 1,
      quiet: 0,
    },
  },
]
