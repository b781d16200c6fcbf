import { foreign } from '../metric-names.ts'
import { rate } from '../promql.ts'
import { inShop, type MetricPanel, type Row } from './panel.ts'

const emptyUnless = 'the exporter of MongoDB runs (mongodb.exporter.enabled)'

const panel = (
  title: string,
  description: string,
  unit: string,
  queries: MetricPanel['queries'],
  more: Partial<MetricPanel> = {},
): MetricPanel => ({
  kind: 'timeseries',
  title,
  description,
  unit,
  width: 8,
  height: 7,
  source: 'mongodb',
  emptyUnless,
  noValue: 'no exporter of MongoDB',
  queries,
  ...more,
})

/** Databases as they see themselves, where the chart's exporter is on. */
export const mongodb: Row = {
  title: 'Databases, as they see themselves',
  panels: [
    panel(
      'Nodes that answer their exporter',
      '1 answers. 0: the mongod is away, or its exporter may not sign in.',
      'none',
      [{ expr: `min by (service, instance) (${foreign.mongoUp}{${inShop}})`, legend: '{{service}} {{instance}}' }],
      { max: 1, red: { at: 1, below: true } },
    ),
    panel(
      'Members of their replica set',
      'How many each node believes to be well. Fewer than there are: look at the one that is missing.',
      'none',
      [
        {
          expr: `sum by (service, instance) (${foreign.mongoMembers}{${inShop}})`,
          legend: '{{service}} {{instance}}',
        },
      ],
    ),
    panel('Connections', 'Open ones. A rise that stays: a service does not give its own back.', 'none', [
      {
        expr: `sum by (service, instance) (${foreign.mongoConnections}{${inShop},conn_type="current"})`,
        legend: '{{service}} {{instance}}',
      },
    ]),
    panel('Operations a second', 'By kind. Queries without a rise of orders: a sweeper or an index is amiss.', 'ops', [
      {
        expr: `sum by (service, legacy_op_type) (${rate(`${foreign.mongoOperations}{${inShop}}`)})`,
        legend: '{{service}} {{legacy_op_type}}',
      },
    ]),
    panel('Operations that wait', 'For a lock. Above 0 for long: slow writes, or an index build.', 'none', [
      {
        expr: `sum by (service, instance) (${foreign.mongoQueue}{${inShop},count_type="total"})`,
        legend: '{{service}} {{instance}}',
      },
    ]),
    panel(
      'Cache',
      'Share of what WiredTiger may hold. It evicts from 0.8 on; near 1 requests wait for that: raise cacheSizeGB.',
      'percentunit',
      [
        {
          expr: `${foreign.mongoCache}{${inShop}} / ${foreign.mongoCacheLimit}{${inShop}}`,
          legend: '{{service}} {{instance}}',
        },
      ],
      { max: 1, red: { at: 0.95 } },
    ),
  ],
}
