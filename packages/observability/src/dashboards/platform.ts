import { foreign, metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { type DashboardSpec, inShop, type MetricPanel, type Source } from './panel.ts'
import { mongodb } from './platform-mongodb.ts'

const third = (
  title: string,
  description: string,
  unit: string,
  source: Source,
  queries: MetricPanel['queries'],
  more: Partial<MetricPanel> = {},
): MetricPanel => ({ kind: 'timeseries', title, description, unit, width: 8, height: 7, source, queries, ...more })

export const platform: DashboardSpec = {
  uid: 'toko-platform',
  title: 'toko: the platform',
  description: 'What the shop stands on: broker, databases, disks, and the telemetry itself.',
  rows: [
    {
      title: 'Who answers',
      panels: [
        {
          kind: 'table',
          title: 'Targets',
          description: '1 answers Prometheus, 0 does not. Runbook ServiceAbsent.',
          unit: 'none',
          width: 12,
          red: { at: 1, below: true },
          queries: [{ expr: `min by (job, service, instance) (${foreign.up}{${inShop}})` }],
        },
        {
          kind: 'table',
          title: 'Values counted as "other"',
          description: 'Labels with more values than allowed, in the shown time. Runbook LabelsDropped.',
          unit: 'none',
          width: 12,
          emptyUnless: 'clients make label values up',
          noValue: 'none',
          queries: [{ expr: `sum by (service, metric) (increase(${metric.labelsDropped}{${inShop}}[$__range])) > 0` }],
        },
      ],
    },
    {
      title: 'RabbitMQ',
      panels: [
        third(
          'Free disk',
          'Red near twice its limit: at the limit it blocks publishers. Runbook BrokerDiskLow.',
          'bytes',
          'broker',
          [
            { expr: `${foreign.brokerDiskFree}{${inShop}}`, legend: '{{instance}} free' },
            { expr: `2 * ${foreign.brokerDiskLimit}{${inShop}}`, legend: '{{instance}} twice the limit' },
          ],
        ),
        third('Memory', 'Above its mark it blocks publishers. Runbook BrokerAlarm.', 'bytes', 'broker', [
          { expr: `${foreign.brokerMemory}{${inShop}}`, legend: '{{instance}}' },
          { expr: `${foreign.brokerMemoryLimit}{${inShop}}`, legend: '{{instance}} mark' },
        ]),
        third('Connections', 'One for each process of the shop; fewer: one is away.', 'none', 'broker', [
          { expr: `${foreign.brokerConnections}{${inShop}}`, legend: '{{instance}}' },
        ]),
      ],
    },
    {
      title: 'Databases, as their services see them',
      panels: [
        third('Commands a second', 'By service.', 'ops', 'services', [
          {
            expr: `sum by (service) (${rate(`${metric.databaseDuration('count')}{${inShop}}`)})`,
            legend: '{{service}}',
          },
        ]),
        third(
          'Commands, 99 %',
          'Slow for one service: its database. Slow for all: the disk or the node.',
          's',
          'services',
          [
            {
              expr: quantile(0.99, `${metric.databaseDuration('bucket')}{${inShop}}`, ['service']),
              legend: '{{service}}',
            },
          ],
        ),
        third(
          'Free space of volumes',
          'Red below 10 %. Needs the series of the kubelet. Runbook VolumeFilling.',
          'percentunit',
          'kubelet',
          [
            {
              expr: `${foreign.volumeFree}{${inShop}} / ${foreign.volumeSize}{${inShop}}`,
              legend: '{{persistentvolumeclaim}}',
            },
          ],
          { red: { at: 0.1, below: true }, noValue: 'no series of the kubelet' },
        ),
      ],
    },
    mongodb,
    {
      title: 'Telemetry',
      panels: [
        third(
          'Spans through the collector',
          'Taken, refused, sent on, failed. Runbooks CollectorRefuses, CollectorFails.',
          'ops',
          'collector',
          [
            { expr: `sum(${rate(`${foreign.collectorAccepted}{${inShop}}`)})`, legend: 'taken' },
            { expr: `sum(${rate(`${foreign.collectorRefused}{${inShop}}`)})`, legend: 'refused' },
            { expr: `sum(${rate(`${foreign.collectorSent}{${inShop}}`)})`, legend: 'sent on' },
            { expr: `sum(${rate(`${foreign.collectorFailed}{${inShop}}`)}) > 0`, legend: 'failed' },
          ],
        ),
        third(
          'Queue of the collector',
          'Batches that wait for the trace store. It drops what does not fit.',
          'none',
          'collector',
          [{ expr: `max by (exporter) (${foreign.collectorQueue}{${inShop}})`, legend: '{{exporter}}' }],
        ),
        third('Memory of the collector', 'It refuses spans near its limit.', 'bytes', 'collector', [
          { expr: `${foreign.collectorMemory}{${inShop}}`, legend: '{{instance}}' },
        ]),
        third('Series of Prometheus', 'They grow with every label value.', 'none', 'prometheus', [
          { expr: `${foreign.series}{${inShop}}`, legend: '{{instance}}' },
        ]),
        third('Samples a second', 'What Prometheus takes in.', 'ops', 'prometheus', [
          { expr: rate(`${foreign.samples}{${inShop}}`), legend: '{{instance}}' },
        ]),
        third(
          'Rules that fail',
          'In the shown time, by group; their alerts are blind. Runbook RulesFail.',
          'none',
          'prometheus',
          [
            {
              expr: `sum by (rule_group) (increase(${foreign.ruleFailures}{${inShop}}[$__range]))`,
              legend: '{{rule_group}}',
            },
          ],
          { red: { at: 1 } },
        ),
      ],
    },
  ],
}
