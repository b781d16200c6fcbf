import { metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { ofService, type Row } from './panel.ts'

const client = (part: 'bucket' | 'count') => metric.httpClientDuration(part)
const command = (part: 'bucket' | 'count') => metric.databaseDuration(part)

/** Other services, as this one sees them. */
export const calls: Row = {
  title: 'Whom it asks',
  panels: [
    {
      kind: 'timeseries',
      title: 'Calls over HTTP, 99 %',
      description: 'By target. When one is slow, look at that service next.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: quantile(0.99, `${client('bucket')}{${ofService}}`, ['service', 'server_address']),
          legend: '{{service}} to {{server_address}}',
          exemplars: true,
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Failed calls a second',
      description: 'By target and failure; retries count each time.',
      unit: 'reqps',
      width: 8,
      emptyUnless: 'a neighbour fails or is away',
      noValue: 'no failures',
      queries: [
        {
          expr: `sum by (service, server_address, error_type) (${rate(`${client('count')}{${ofService},error_type!=""}`)}) > 0`,
          legend: '{{service}} to {{server_address}}: {{error_type}}',
        },
        {
          expr: `sum by (service, server_address, reason) (${rate(`${metric.httpNotSent}{${ofService}}`)}) > 0`,
          legend: '{{service}} to {{server_address}}: not sent, {{reason}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Circuit breakers',
      description: '0 closed, 1 probing, 2 open: calls fail at once. Runbook BreakerOpen.',
      unit: 'none',
      width: 8,
      max: 2,
      red: { at: 2 },
      queries: [
        {
          expr: `max by (service, target) (${metric.breaker}{${ofService}})`,
          legend: '{{service}} to {{target}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Calls by RPC, 99 %',
      description: 'By target and method, where services are told to call over the bus.',
      unit: 's',
      width: 12,
      emptyUnless: 'services call over the bus (ORDER_CALLS=rpc)',
      noValue: 'no calls over the bus',
      queries: [
        {
          expr: quantile(0.99, `${metric.rpcClientDuration('bucket')}{${ofService}}`, ['service', 'rpc_method']),
          legend: '{{service}}: {{rpc_method}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Retries a second',
      description: 'By target. More than a tenth of its calls: it is in trouble, and retries do not help it.',
      unit: 'reqps',
      width: 12,
      emptyUnless: 'a neighbour fails or is away',
      noValue: 'no retries',
      queries: [
        {
          expr: `sum by (service, server_address) (${rate(`${metric.httpRetries}{${ofService}}`)})`,
          legend: '{{service}} to {{server_address}}',
        },
      ],
    },
  ],
}

/** Its database, as it sees it. */
export const database: Row = {
  title: 'Its database',
  panels: [
    {
      kind: 'timeseries',
      title: 'Commands, 99 %',
      description: 'By command and collection. Slow writes: a secondary is behind, or the disk is.',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: quantile(0.99, `${command('bucket')}{${ofService}}`, [
            'service',
            'db_operation_name',
            'db_collection_name',
          ]),
          legend: '{{service}} {{db_operation_name}} {{db_collection_name}}',
          exemplars: true,
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Failed commands a second',
      description: 'By failure. Runbook DatabaseErrors.',
      unit: 'ops',
      width: 12,
      emptyUnless: 'the database refuses or is away',
      noValue: 'no failures',
      queries: [
        {
          expr: `sum by (service, db_operation_name, error_type) (${rate(`${command('count')}{${ofService},error_type!=""}`)}) > 0`,
          legend: '{{service}} {{db_operation_name}}: {{error_type}}',
        },
      ],
    },
  ],
}
