import type { NodeSDK } from '@opentelemetry/sdk-node'

type SdkOptions = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>
type MetricReader = NonNullable<SdkOptions['metricReaders']>[number]
type MetricProducer = Parameters<MetricReader['setMetricProducer']>[0]
type Views = NonNullable<SdkOptions['views']>

/** What became of the spans of this process since it started. packages/runtime shows it at /metrics. */
export interface SpanCounts {
  readonly exported: number
  readonly queueFull: number
  readonly exportFailed: number
  readonly queued: number
  readonly queueCapacity: number
}

// Numbers of the SDK's enums, which sdk-node does not export.
const [asUsual, drop, cumulative] = [0, 1, 1]

/** Instruments that count each span as it starts and ends: nobody reads them. */
export const unread: Views = [{ instrumentName: 'otel.sdk.span.*', aggregation: { type: drop } }] as Views

/** Reads what the SDK's batch processor counts about itself (OTEL_NODE_EXPERIMENTAL_SDK_METRICS). */
export function spanCountReader(): { readonly reader: MetricReader; read(): Promise<SpanCounts> } {
  let producer: MetricProducer | undefined
  const collect: MetricReader['collect'] = (options) => producer!.collect(options)
  const reader = {
    setMetricProducer: (given: MetricProducer) => void (producer = given),
    selectAggregation: () => ({ type: asUsual }),
    selectAggregationTemporality: () => cumulative,
    selectCardinalityLimit: () => 20,
    collect,
    shutdown: async () => {},
    forceFlush: async () => {},
  } as MetricReader
  return { reader, read: async () => countsOf(await collect()) }
}

/** A counter of the SDK. */
interface Counted {
  readonly descriptor: { readonly name: string }
  readonly dataPoints: readonly { readonly value: number; readonly attributes: Readonly<Record<string, unknown>> }[]
}

function countsOf({ resourceMetrics }: Awaited<ReturnType<MetricReader['collect']>>): SpanCounts {
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics) as readonly Counted[]
  const sum = (name: string, isMeant: (errorType: unknown) => boolean = () => true): number =>
    metrics
      .filter(({ descriptor }) => descriptor.name === `otel.sdk.processor.span.${name}`)
      .flatMap(({ dataPoints }) => dataPoints)
      .filter(({ attributes }) => isMeant(attributes['error.type']))
      .reduce((total, { value }) => total + value, 0)
  return {
    exported: sum('processed', (errorType) => errorType === undefined),
    queueFull: sum('processed', (errorType) => errorType === 'queue_full'),
    exportFailed: sum('processed', (errorType) => errorType !== undefined && errorType !== 'queue_full'),
    queued: sum('queue.size'),
    queueCapacity: sum('queue.capacity'),
  }
}
