import type { SpanContext } from '@opentelemetry/api'
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry, collectDefaultMetrics } from 'prom-client'
import { type BuildInfo, buildInfo } from './build-info.ts'
import { capLabels } from './cap-labels.ts'
import { activeSpan, exemplarOf } from './exemplar.ts'
import { plainText } from './exposition.ts'
import type { Metrics, PlainGauge } from './metrics.ts'
import { observeProcess, type ReadCounts } from './observe-process.ts'
import { timeLimited } from './time-limited.ts'
import { definitionOf, type MetricName, type NameOf } from './registry.ts'

type Values = Readonly<Record<string, string>>

interface MetricsOptions {
  /** True for one service per process: CPU, memory and event loop are the process's, not the service's. */
  readonly processMetrics?: boolean
  readonly build?: BuildInfo
}

/** A registry with the names of metricRegistry. */
export function createMetrics(
  service: string,
  { processMetrics = true, build = buildInfo() }: MetricsOptions = {},
): Metrics {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  registry.setDefaultLabels({ service })
  const made = new Map<MetricName, unknown>()
  const configOf = (name: MetricName) => {
    const { help, labels } = definitionOf(name)
    return { name, help, labelNames: Object.keys(labels), registers: [registry] }
  }
  /** The metric of that name: a service has a client per target, all of which count on the same one. */
  function once<T>(name: MetricName, make: () => T): T {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as T
  }
  const dropped = new Counter(configOf('toko_metrics_dropped_labels_total'))
  const capOf = (name: MetricName) => capLabels(definitionOf(name).labels, () => dropped.inc({ metric: name }))

  /** A counter that somebody else keeps. */
  function observedCounter<N extends NameOf<'counter'>>(name: N, read: ReadCounts<N>): void {
    const collect = async function (this: Counter) {
      const counts = await read()
      this.reset()
      for (const [labels, count] of counts) this.inc(labels as Values, count)
    }
    void new Counter({ ...configOf(name), collect })
  }

  const metrics: Metrics = {
    counter: (name) =>
      once(name, () => {
        const [counter, capped] = [new Counter(configOf(name)), capOf(name)]
        for (const labels of definitionOf(name).zero) counter.inc(labels as Values, 0)
        return { inc: (labels: object, by = 1) => counter.inc(capped(labels as Values), by) }
      }),
    gauge: (name) =>
      once(name, () => {
        const [gauge, capped] = [new Gauge(configOf(name)), capOf(name)]
        return { set: (labels: object, value: number) => gauge.set(capped(labels as Values), value) }
      }),
    observedGauge(name: PlainGauge, read) {
      const limited = timeLimited(read)
      const collect = async function (this: Gauge) {
        try {
          this.set(await limited())
        } catch {
          this.remove() // reset() would tell a 0 that nobody has seen
        }
      }
      void new Gauge({ ...configOf(name), collect })
    },
    histogram: (name) =>
      once(name, () => {
        const { buckets, zero } = definitionOf(name)
        const histogram = new Histogram({ ...configOf(name), buckets: [...buckets], enableExemplars: true })
        const capped = capOf(name)
        for (const labels of zero) histogram.zero(labels)
        return {
          // The old call shape of prom-client is accepted and counts on the series without labels.
          observe: (labels: object, value: number, span: SpanContext | null = activeSpan()) =>
            histogram.observe({ labels: capped(labels as Values), value, exemplarLabels: exemplarOf(span) }),
        }
      }),
    async render(format = 'text') {
      const openMetrics = await registry.metrics()
      return format === 'openmetrics' ? openMetrics : plainText(openMetrics)
    },
  }
  metrics.gauge('toko_build_info').set(build, 1)
  if (processMetrics) {
    collectDefaultMetrics({ register: registry as unknown as Registry })
    observeProcess(metrics, observedCounter)
  }
  return metrics
}
