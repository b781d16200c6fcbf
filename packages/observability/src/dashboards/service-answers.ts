import { latencyObjectiveSeconds, metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { failedTraces } from './links.ts'
import { inShop, ofService, type Row } from './panel.ts'

const server = (part: 'bucket' | 'count') => metric.httpServerDuration(part)
const failed = 'http_response_status_code=~"5.."'

/** The service as its clients see it. */
export const answers: Row = {
  title: 'What it answers',
  panels: [
    {
      kind: 'timeseries',
      title: 'Requests a second by status',
      description: 'A rise of 5xx: look at the table of errors below, then at the dependencies.',
      unit: 'reqps',
      width: 8,
      queries: [
        {
          expr: `sum by (http_response_status_code) (${rate(`${server('count')}{${ofService}}`)})`,
          legend: '{{http_response_status_code}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Share of failed answers',
      description: 'Red above 0.1 %, which is what the promise allows. Runbook ApiAvailabilityBurn.',
      unit: 'percentunit',
      width: 8,
      red: { at: 0.001 },
      queries: [
        {
          expr: `(sum by (service) (${rate(`${server('count')}{${ofService},${failed}}`)}) or 0 * sum by (service) (${rate(`${server('count')}{${ofService}}`)})) / sum by (service) (${rate(`${server('count')}{${ofService}}`)})`,
          legend: '{{service}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Time to answer',
      description: `A dot is one request: open its trace. Reads should stay below ${latencyObjectiveSeconds} s. Runbook ApiLatencyBurn.`,
      unit: 's',
      width: 8,
      red: { at: latencyObjectiveSeconds },
      queries: [0.5, 0.95, 0.99].map((q) => ({
        expr: quantile(q, `${server('bucket')}{${ofService},http_route!~".*/stream"}`, ['service']),
        legend: `{{service}} p${q * 100}`,
        exemplars: true,
      })),
    },
    {
      kind: 'table',
      title: 'Errors by route',
      description: 'Failed answers a minute over the shown time. The row leads to failed traces.',
      unit: 'none',
      width: 12,
      emptyUnless: 'the service answers 5xx',
      noValue: 'no errors',
      queries: [
        {
          expr: `sum by (service, http_request_method, http_route, http_response_status_code, error_type) (rate(${server('count')}{${ofService},${failed}}[$__range])) * 60 > 0`,
        },
      ],
      link: failedTraces,
    },
    {
      kind: 'table',
      title: 'Slowest routes',
      description: '99 % of answers are faster, over the shown time. Streams last as long as their readers.',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: `topk(10, histogram_quantile(0.99, sum by (le, service, http_request_method, http_route) (rate(${server('bucket')}{${ofService},http_route!~".*/stream"}[$__range]))))`,
        },
      ],
    },
  ],
}

/** What only the user service does. */
export const signingIn: Row = {
  title: 'Signing in (user service)',
  panels: [
    {
      kind: 'timeseries',
      title: 'Sign-ins a second',
      description: 'By outcome. Many refused or throttled: somebody guesses passwords.',
      unit: 'ops',
      width: 12,
      queries: [{ expr: `sum by (outcome) (${rate(`${metric.signIns}{${inShop}}`)})`, legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Password hashes that wait, and refused ones',
      description: 'Hashing is slow on purpose. A queue that stays: more sign-ins than the cores can hash.',
      unit: 'none',
      width: 12,
      queries: [
        { expr: `max(${metric.hashesWaiting}{${inShop}})`, legend: 'waiting' },
        { expr: `sum(${rate(`${metric.hashesRefused}{${inShop}}`)})`, legend: 'refused a second' },
      ],
    },
  ],
}
