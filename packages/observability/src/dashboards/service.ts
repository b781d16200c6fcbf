import type { DashboardSpec, Row } from './panel.ts'
import { answers, signingIn } from './service-answers.ts'
import { calls, database } from './service-calls.ts'
import { processes } from './service-process.ts'

const tracesAndLogs: Row = {
  title: 'Traces and logs',
  panels: [
    {
      kind: 'traces',
      title: 'Failed traces',
      description: 'The newest of the chosen service; choose one service to see them.',
      width: 12,
      service: '${service}',
      tags: 'otel.status_code=ERROR',
    },
    {
      kind: 'logs',
      title: 'Warnings and errors',
      description: 'Needs Loki. Without it: kubectl logs, where each line has its trace_id.',
      width: 12,
      expr: '{namespace=~"$namespace", container=~"$service"} | json | level >= 40',
    },
  ],
}

export const service: DashboardSpec = {
  uid: 'toko-service',
  title: 'toko: a service',
  description: 'One service from outside in: what it answers, whom it asks, its database, its process.',
  rows: [answers, calls, database, processes, signingIn, tracesAndLogs],
}
