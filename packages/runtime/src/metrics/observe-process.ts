import {
  constants,
  type NodeGCPerformanceDetail,
  performance,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'
import type { MetricLabels, NameOf } from './registry.ts'
import { timeLimited } from './time-limited.ts'

/** Counts as they are now, each with its labels. */
export type ReadCounts<N extends NameOf<'counter'>> = () => Promise<readonly (readonly [MetricLabels<N>, number])[]>

/** Spans since the start, and those that wait. */
interface SpanCounts {
  readonly exported: number
  readonly queueFull: number
  readonly exportFailed: number
  readonly queued: number
  readonly queueCapacity: number
}

/** Left by the `--import` preload of packages/telemetry, which nothing imports. */
const readSpanCounts = (globalThis as { [key: symbol]: unknown })[Symbol.for('toko.telemetry.span-counts')] as
  | (() => Promise<SpanCounts>)
  | undefined

/** Event loop, heap and, where tracing is on, the fate of the process's spans. */
export function observeProcess(
  metrics: Metrics,
  observedCounter: <N extends NameOf<'counter'>>(name: N, read: ReadCounts<N>) => void,
): void {
  let last = performance.eventLoopUtilization()
  metrics.observedGauge('nodejs_eventloop_utilization_ratio', () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  })
  metrics.observedGauge('nodejs_heap_size_used_after_gc_bytes', heapAfterGc())
  if (!readSpanCounts) return
  const read = timeLimited(readSpanCounts)
  metrics.observedGauge('toko_telemetry_queued_spans', async () => (await read()).queued)
  metrics.observedGauge('toko_telemetry_queue_capacity_spans', async () => (await read()).queueCapacity)
  observedCounter('toko_telemetry_exported_spans_total', async () => [[{}, (await read()).exported]])
  observedCounter('toko_telemetry_dropped_spans_total', async () => {
    const { queueFull, exportFailed } = await read()
    return [
      [{ reason: 'queue_full' }, queueFull],
      [{ reason: 'export_failed' }, exportFailed],
    ] as const
  })
}

/** What full collections leave, in bytes: between two of them, minutes apart in a calm process, the heap holds garbage as well. */
function heapAfterGc(): () => number {
  const heapUsed = () => process.memoryUsage().heapUsed
  let bytes = heapUsed()
  new PerformanceObserver((list) => {
    const collections = list.getEntries() as (PerformanceEntry & { detail: NodeGCPerformanceDetail })[]
    if (collections.some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) bytes = heapUsed()
  }).observe({ entryTypes: ['gc'] })
  return () => bytes
}
