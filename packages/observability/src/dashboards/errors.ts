import { metric } from '../metric-names.ts'
import { rate } from '../promql.ts'
import { failedTraces } from './links.ts'
import { type DashboardSpec, type MetricPanel, inShop, ofService } from './panel.ts'

/** Failures a minute over the shown time, a row for each kind. */
const table = (title: string, description: string, expr: string, emptyUnless: string): MetricPanel => ({
  kind: 'table',
  title,
  description,
  unit: 'none',
  width: 12,
  emptyUnless,
  noValue: 'no errors',
  queries: [{ expr: `${expr} * 60 > 0` }],
  link: failedTraces,
})

const over = (series: string) => `rate(${series}[$__range])`

export const errorTracing: DashboardSpec = {
  uid: 'toko-errors',
  title: 'toko: from an error to its trace',
  description: 'Every failure by service, operation and kind; each row leads to the traces that show it.',
  rows: [
    {
      title: 'Errors',
      panels: [
        table(
          'Answers',
          'Who answered 5xx where. Start with the service that fails without asking anybody who fails.',
          `sum by (service, http_request_method, http_route, error_type) (${over(`${metric.httpServerDuration('count')}{${ofService},http_response_status_code=~"5.."}`)})`,
          'a service answers 5xx',
        ),
        table(
          'Calls',
          'Who failed to get an answer from whom.',
          `sum by (service, server_address, error_type) (${over(`${metric.httpClientDuration('count')}{${ofService},error_type!=""}`)})`,
          'a neighbour fails or is away',
        ),
        table(
          'Messages',
          'Handlers that failed, by queue. They are tried again, then put aside.',
          `sum by (service, messaging_destination_name, error_type) (${over(`${metric.processDuration('count')}{${ofService},error_type!=""}`)})`,
          'a handler fails',
        ),
        table(
          'Database commands',
          'By command and failure.',
          `sum by (service, db_operation_name, db_collection_name, error_type) (${over(`${metric.databaseDuration('count')}{${ofService},error_type!=""}`)})`,
          'the database refuses or is away',
        ),
      ],
    },
    {
      title: 'Their traces',
      panels: [
        {
          kind: 'traces',
          title: 'Failed traces',
          description:
            'The newest of the chosen service; choose one. In a trace, the root cause is the failed span without a failed child.',
          width: 24,
          height: 10,
          service: '${service}',
          tags: 'otel.status_code=ERROR',
        },
      ],
    },
    {
      title: 'Are the traces whole?',
      panels: [
        {
          kind: 'timeseries',
          title: 'Spans sent and lost',
          description: 'Lost ones make holes. Runbook SpansDropped.',
          unit: 'ops',
          width: 8,
          queries: [
            { expr: `sum by (service) (${rate(`${metric.spansExported}{${ofService}}`)})`, legend: '{{service}} sent' },
            {
              expr: `sum by (service, reason) (${rate(`${metric.spansDropped}{${ofService}}`)}) > 0`,
              legend: '{{service}} lost: {{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Spans that wait',
          description: 'As a share of what a process can hold. At 1 it drops them.',
          unit: 'percentunit',
          width: 8,
          max: 1,
          red: { at: 0.8 },
          queries: [
            {
              expr: `max by (service, instance) (${metric.spansQueued}{${ofService}} / ${metric.spansCapacity}{${ofService}})`,
              legend: '{{service}} {{instance}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Malformed trace headers',
          description: 'Of callers outside; ignored, and a new trace begun. From our own services: a bug.',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: `sum by (service, carrier, header) (${rate(`${metric.invalidContext}{${inShop}}`)})`,
              legend: '{{service}} {{carrier}} {{header}}',
            },
          ],
        },
      ],
    },
  ],
}
