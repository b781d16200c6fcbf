import type { SpanContext } from '@opentelemetry/api'
import type { MetricLabels, NameOf } from './registry.ts'

export interface MetricCounter<L extends object> {
  inc(labels: L, by?: number): void
}
export interface MetricGauge<L extends object> {
  set(labels: L, value: number): void
}
export interface MetricHistogram<L extends object> {
  /**
   * @param value in seconds
   * @param span that the exemplar leads to; by default the active one, null: none
   */
  observe(labels: L, value: number, span?: SpanContext | null): void
}

/** Gauges that have no labels but `service`. */
export type PlainGauge = {
  [N in NameOf<'gauge'>]: keyof MetricLabels<N> extends never ? N : never
}[NameOf<'gauge'>]

/**
 * One registry per service, so that two services can share a process. Names, labels and their values are those of
 * metricRegistry. Asked for a second time, a name gives the same metric.
 */
export interface Metrics {
  counter<N extends NameOf<'counter'>>(name: N): MetricCounter<MetricLabels<N>>
  gauge<N extends NameOf<'gauge'>>(name: N): MetricGauge<MetricLabels<N>>
  /** A gauge whose value is asked for at scrape time; a `read` that fails or takes longer than 1 s leaves the series out. */
  observedGauge(name: PlainGauge, read: () => Promise<number> | number): void
  histogram<N extends NameOf<'histogram'>>(name: N): MetricHistogram<MetricLabels<N>>
  /** The whole registry as Prometheus text, or as OpenMetrics with exemplars. */
  render(format?: 'text' | 'openmetrics'): Promise<string>
}
