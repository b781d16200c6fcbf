import { metric } from '../metric-names.ts'
import { quantile, rate } from '../promql.ts'
import { type DashboardSpec, inShop } from './panel.ts'

const traceOfOrder = (service: string) =>
  ({
    kind: 'traces',
    title: `Traces in the ${service} service`,
    description: `Those in which the ${service} service worked on this order. Open one: it crosses all services.`,
    width: 12,
    service,
    tags: 'order.id="$order_id"',
  }) as const

export const orderStory: DashboardSpec = {
  uid: 'toko-order-story',
  title: 'toko: the story of an order',
  description: 'Type the id of an order and see all that happened to it.',
  asksOrder: true,
  rows: [
    {
      title: 'One order: $order_id',
      panels: [
        {
          kind: 'text',
          title: 'How to read it',
          description: 'What the command line shows of the same order.',
          width: 24,
          height: 4,
          markdown:
            'Status, history, messages, reservation and payments of one order: `npx toko order $order_id`. ' +
            'Below are its traces and log lines; without traces, tracing was off or the order is older than the trace store keeps.',
        },
        traceOfOrder('order'),
        traceOfOrder('product'),
        traceOfOrder('payment'),
        traceOfOrder('user'),
        {
          kind: 'logs',
          title: 'Log lines',
          description:
            'Of all services, in order of time. Needs Loki. Without it: kubectl logs, and search for the id.',
          width: 24,
          height: 10,
          expr: '{namespace=~"$namespace"} |= "$order_id"',
        },
      ],
    },
    {
      title: 'Orders around it',
      panels: [
        {
          kind: 'timeseries',
          title: 'How orders ended',
          description: 'Whether it was alone, or many ended so at that time.',
          unit: 'opm',
          width: 8,
          queries: [
            {
              expr: `sum by (status, reason) (${rate(`${metric.ordersFinal}{${inShop}}`)}) * 60`,
              legend: '{{status}} {{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'How long they took',
          description: 'Half and 99 %, by how they ended. A dot is one order.',
          unit: 's',
          width: 8,
          queries: [0.5, 0.99].map((q) => ({
            expr: quantile(q, `${metric.orderDuration('bucket')}{${inShop}}`, ['status']),
            legend: `{{status}} p${q * 100}`,
            exemplars: true,
          })),
        },
        {
          kind: 'timeseries',
          title: 'What was repeated and put aside',
          description: 'Steps without an answer and dead letters of that time: usually the cause of a late order.',
          unit: 'ops',
          width: 8,
          queries: [
            { expr: `sum by (step) (${rate(`${metric.stepFailures}{${inShop}}`)})`, legend: 'no answer: {{step}}' },
            { expr: `sum by (queue) (${rate(`${metric.deadLetters}{${inShop}}`)})`, legend: 'dead letter: {{queue}}' },
          ],
        },
      ],
    },
  ],
}
