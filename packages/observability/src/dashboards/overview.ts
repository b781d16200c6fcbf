import { foreign, metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { objectives } from '../slo/objectives.ts'
import { ratioOver } from '../rules/burn-rate.ts'
import { failedTraces, servicePage } from './links.ts'
import { type DashboardSpec, goodShare, inShop, type MetricPanel, mustBeZero } from './panel.ts'

const serverCount = metric.httpServerDuration('count')
const endBucket = `${metric.orderDuration('bucket')}{${inShop}}`

const promises = objectives.map((objective): MetricPanel => ({
  kind: 'stat',
  title: objective.title,
  description: `${objective.promise}, over the shown time. Red: the promise is broken; follow the runbook of ${objective.alert}.`,
  unit: 'percentunit',
  width: 8,
  height: 5,
  red: { at: objective.target, below: true },
  queries: [{ expr: goodShare(objective), legend: '{{service}}', instant: true }],
}))

const budgets = objectives.map((objective): MetricPanel => ({
  kind: 'timeseries',
  title: `Burn rate: ${objective.name}`,
  description:
    'How many times faster than allowed the error budget is used. 1 uses it up exactly in time; above 14.4 somebody is woken.',
  unit: 'x',
  width: 8,
  height: 6,
  red: { at: 1 },
  queries: ['5m', '1h'].map((window) => ({
    expr: `sum by (service) (${ratioOver(window)}{slo="${objective.name}",${inShop}}) / ${Number((1 - objective.target).toFixed(6))}`,
    legend: `{{service}}, ${window}`,
  })),
}))

export const shopOverview: DashboardSpec = {
  uid: 'toko-overview',
  title: 'toko: the shop',
  description: 'Does the shop keep its promises, and if not, where does it hurt?',
  rows: [
    { title: 'Promises', panels: [...promises, ...budgets] },
    {
      title: 'Orders',
      panels: [
        {
          kind: 'timeseries',
          title: 'Orders a minute by outcome',
          description: 'Placed, and how their placement ended. Many expired or none confirmed: look at the sagas.',
          unit: 'opm',
          width: 8,
          queries: [
            { expr: `sum(${rate(`${metric.ordersPlaced}{${inShop}}`)}) * 60`, legend: 'placed' },
            {
              expr: `sum by (status, reason) (${rate(`${metric.ordersFinal}{${inShop}}`)}) * 60 > 0`,
              legend: '{{status}} {{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'From the order to its end',
          description: 'Half, 95 % and 99 % of orders end faster. A dot is one order: open its trace.',
          unit: 's',
          width: 8,
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, endBucket),
            legend: `p${q * 100}`,
            exemplars: true,
          })),
        },
        {
          kind: 'stat',
          title: 'Overdue',
          description: 'Orders that wait for the shop for more than 30 s. Red: runbook OrdersLate.',
          ...mustBeZero,
          width: 4,
          queries: [{ expr: `max(${metric.ordersOverdue}{${inShop}})`, instant: true }],
        },
        {
          kind: 'stat',
          title: 'Differences of the books',
          description: 'Between orders, reservations, stock and payments at rest. Red: runbook BooksDiffer.',
          ...mustBeZero,
          width: 4,
          queries: [{ expr: `sum(max by (invariant) (${metric.differences}{${inShop}}))`, instant: true }],
        },
      ],
    },
    {
      title: 'Where it hurts',
      panels: [
        {
          kind: 'table',
          title: 'Firing alerts',
          description: 'Pages first. Each has a runbook in docs/runbooks.',
          unit: 'none',
          width: 12,
          source: 'prometheus',
          emptyUnless: 'an alert fires',
          noValue: 'nothing fires',
          queries: [
            {
              expr: `sum by (severity, alertname, service, slo, window) (ALERTS{alertstate="firing",alertname!="DeadManSwitch"})`,
            },
          ],
          link: servicePage,
        },
        {
          kind: 'table',
          title: 'Most errors by route',
          description:
            'Failed answers a minute over the shown time. The row leads to the failed traces of its service.',
          unit: 'none',
          width: 12,
          emptyUnless: 'a service answers 5xx',
          noValue: 'no errors',
          queries: [
            {
              expr: `topk(10, sum by (service, http_route, error_type) (rate(${serverCount}{${inShop},http_response_status_code=~"5.."}[$__range])) * 60 > 0)`,
            },
          ],
          link: failedTraces,
        },
        {
          kind: 'timeseries',
          title: 'Requests a second',
          description: 'By service. A sudden drop means that clients do not get through.',
          unit: 'reqps',
          width: 8,
          queries: [{ expr: `sum by (service) (${rate(`${serverCount}{${inShop}}`)})`, legend: '{{service}}' }],
        },
        {
          kind: 'table',
          title: 'Who calls whom',
          description: 'Calls a second over HTTP between the services, over the shown time.',
          unit: 'reqps',
          width: 8,
          queries: [
            {
              expr: `sum by (service, server_address) (rate(${metric.httpClientDuration('count')}{${inShop}}[$__range]))`,
            },
          ],
          link: servicePage,
        },
        {
          kind: 'table',
          title: 'Processes',
          description: 'Processes that answer Prometheus, by service. One missing: runbook ServiceAbsent.',
          unit: 'none',
          width: 8,
          red: { at: 1, below: true },
          queries: [{ expr: `sum by (service) (${foreign.up}{job="toko",${inShop}})` }],
          link: servicePage,
        },
      ],
    },
  ],
}
