import { metric } from '../metric-names.ts'
import { rate } from '../promql.ts'
import { type MetricPanel, ofService, type Row } from './panel.ts'

/** One number of each process over time. */
const perProcess = (
  title: string,
  description: string,
  unit: string,
  expr: string,
  more: Partial<MetricPanel> = {},
): MetricPanel => ({
  kind: 'timeseries',
  title,
  description,
  unit,
  width: 6,
  height: 7,
  queries: [{ expr, legend: '{{service}} {{instance}}' }],
  ...more,
})

/** The process itself. */
export const processes: Row = {
  title: 'Its process',
  panels: [
    perProcess(
      'Event loop lag, 99 %',
      'Red above 250 ms: everything in the process waits. Runbook EventLoopBusy.',
      's',
      `${metric.loopLag}{${ofService}}`,
      { red: { at: 0.25 } },
    ),
    perProcess(
      'Event loop utilisation',
      'Share of time that the loop works. Near 1 the process is full: add replicas.',
      'percentunit',
      `${metric.loopUtilisation}{${ofService}}`,
      { red: { at: 0.9 }, max: 1 },
    ),
    perProcess('CPU', 'Cores in use.', 'none', rate(`${metric.cpu}{${ofService}}`)),
    perProcess(
      'Requests under way',
      'A rise without more traffic: something that it asks is slow.',
      'none',
      `sum by (service, instance) (${metric.httpActive}{${ofService}})`,
    ),
    perProcess(
      'Memory',
      'Resident; near the limit of the container it is killed.',
      'bytes',
      `${metric.resident}{${ofService}}`,
    ),
    perProcess(
      'Heap kept',
      'What the last full collection left: when it rises for hours it is a leak. Runbook HeapGrows.',
      'bytes',
      `${metric.heapAfterGc}{${ofService}}`,
    ),
    perProcess(
      'Garbage collection',
      'Share of time. Above 10 % the heap is too small for its load.',
      'percentunit',
      `sum by (service, instance) (${rate(`${metric.gc('sum')}{${ofService}}`)})`,
      { red: { at: 0.1 } },
    ),
    perProcess(
      'Starts in 15 minutes',
      'Red at 3. Rollouts count; without one it crashes. Runbook ServiceRestarts.',
      'none',
      `sum by (service, instance) (changes(${metric.started}{${ofService}}[15m]))`,
      { red: { at: 3 } },
    ),
    {
      kind: 'table',
      title: 'Builds',
      description: 'Which versions run. Two at once: a rollout is under way, or stuck.',
      unit: 'none',
      width: 24,
      height: 5,
      queries: [{ expr: `count by (service, version, commit) (${metric.buildInfo}{${ofService}})` }],
    },
  ],
}
