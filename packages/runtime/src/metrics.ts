import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Bounds in seconds: the conventions' list plus 0.3 s, an SLO threshold (observability.md, "Names"). */
export const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

type Labels<L extends string> = Readonly<Record<L, string>>

export interface MetricCounter<L extends string> {
  inc(labels: Labels<L>, by?: number): void
}
export interface MetricGauge<L extends string> {
  set(labels: Labels<L>, value: number): void
}
export interface MetricHistogram<L extends string> {
  /** @param value in the unit of the metric's name, seconds for `…_seconds` */
  observe(labels: Labels<L>, value: number): void
}

/** One registry per service, so that two services can share a process. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labels: readonly L[]): MetricCounter<L>
  gauge<L extends string>(name: string, help: string, labels: readonly L[]): MetricGauge<L>
  /** A gauge whose value is asked for at scrape time; a failing `read` leaves the series out. */
  observedGauge(name: string, help: string, read: () => Promise<number> | number): void
  histogram<L extends string>(name: string, help: string, labels: readonly L[], buckets?: number[]): MetricHistogram<L>
  readonly contentType: string
  /** The whole registry as Prometheus text. */
  render(): Promise<string>
}

/** @param processMetrics true for one service per process: CPU, memory and event loop are the process's, not the service's */
export function createMetrics(service: string, { processMetrics = true } = {}): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  if (processMetrics) collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    counter(name, help, labels) {
      const counter = new Counter({ name, help, labelNames: labels, registers })
      return { inc: (values, by = 1) => counter.inc(values, by) }
    },
    gauge(name, help, labels) {
      const gauge = new Gauge({ name, help, labelNames: labels, registers })
      return { set: (values, value) => gauge.set(values, value) }
    },
    observedGauge(name, help, read) {
      const collect = async function (this: Gauge) {
        try {
          this.set(await read())
        } catch {
          this.reset()
        }
      }
      void new Gauge({ name, help, registers, collect })
    },
    histogram(name, help, labels, buckets = latencyBuckets) {
      const histogram = new Histogram({ name, help, labelNames: labels, buckets, registers })
      return { observe: (values, value) => histogram.observe(values, value) }
    },
  }
}
