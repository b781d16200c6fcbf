import { foreign, metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { inShop, ofService, type Row } from './panel.ts'

/** From the write of a message to its publish. */
export const outboxes: Row = {
  title: 'Outboxes',
  panels: [
    {
      kind: 'timeseries',
      title: 'Oldest message that is not published',
      description: 'Red above a minute: the broker is away or the relay stopped. Runbook OutboxStuck.',
      unit: 's',
      width: 8,
      red: { at: 60 },
      queries: [{ expr: `max by (service) (${metric.outboxOldest}{${ofService}})`, legend: '{{service}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Documents with unpublished messages',
      description: 'Rises while the broker is away and falls when it is back.',
      unit: 'none',
      width: 8,
      queries: [{ expr: `max by (service) (${metric.outboxPending}{${ofService}})`, legend: '{{service}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Published a second, and failures',
      description: 'Failures are repeated; they matter when nothing is published beside them.',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (service, type) (${rate(`${metric.outboxPublished}{${ofService}}`)})`,
          legend: '{{service}} {{type}}',
        },
        {
          expr: `sum by (service, type) (${rate(`${metric.outboxErrors}{${ofService}}`)}) > 0`,
          legend: '{{service}} {{type}} failed',
        },
      ],
    },
  ],
}

/** From the publish to the end of its handler. */
export const queues: Row = {
  title: 'Queues and handlers',
  panels: [
    {
      kind: 'timeseries',
      title: 'Messages in queues',
      description: 'As RabbitMQ counts them. Red above 1,000: runbook QueueDeep.',
      unit: 'none',
      width: 8,
      red: { at: 1000 },
      source: 'broker',
      queries: [{ expr: `max by (queue) (${foreign.queueMessages}{${inShop}})`, legend: '{{queue}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Consumers of queues',
      description: 'A queue without consumers only grows.',
      unit: 'none',
      width: 8,
      source: 'broker',
      queries: [{ expr: `max by (queue) (${foreign.queueConsumers}{${inShop}})`, legend: '{{queue}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Connection to the bus',
      description: '1 while the process can send and receive. Runbook BusDisconnected.',
      unit: 'none',
      width: 8,
      max: 1,
      red: { at: 1, below: true },
      queries: [{ expr: `min by (service) (${metric.busConnected}{${ofService}})`, legend: '{{service}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Handled a second',
      description: 'Deliveries by queue, and those that failed and come again.',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (messaging_destination_name) (${rate(`${metric.processDuration('count')}{${ofService}}`)})`,
          legend: '{{messaging_destination_name}}',
        },
        {
          expr: `sum by (messaging_destination_name, error_type) (${rate(`${metric.processDuration('count')}{${ofService},error_type!=""}`)}) > 0`,
          legend: '{{messaging_destination_name}}: {{error_type}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Age of events when handled, 95 %',
      description: 'From the write that caused it to its handler. A rise without depth: the relay is slow.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: quantile(0.95, `${metric.messageAge('bucket')}{${ofService}}`, ['queue']),
          legend: '{{queue}}',
          exemplars: true,
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Time of a handler, 95 %',
      description: 'By queue. Slow handlers fill their queue; look at their traces.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: quantile(0.95, `${metric.processDuration('bucket')}{${ofService}}`, ['messaging_destination_name']),
          legend: '{{messaging_destination_name}}',
          exemplars: true,
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Dead letters a minute',
      description: 'Given up by a handler, by queue. Runbook DeadLettersWait.',
      unit: 'cpm',
      width: 8,
      red: { at: 1 },
      emptyUnless: 'a poison message was sent',
      noValue: 'none',
      queries: [{ expr: `sum by (queue) (${rate(`${metric.deadLetters}{${inShop}}`)}) * 60`, legend: '{{queue}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Sent a second',
      description: 'By exchange, and those that the bus did not take. Messages that wait in processes are beside it.',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (messaging_destination_name, error_type) (${rate(`${metric.sent}{${ofService}}`)})`,
          legend: '{{messaging_destination_name}} {{error_type}}',
        },
        { expr: `sum by (service) (${metric.busPending}{${ofService}})`, legend: '{{service}}: waiting in it' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Repeats that changed nothing',
      description: 'Messages and requests that came twice. Many: a handler is too slow, or clients repeat.',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (service, kind) (${rate(`${metric.duplicates}{${inShop}}`)})`,
          legend: '{{service}} {{kind}}',
        },
      ],
    },
  ],
}
