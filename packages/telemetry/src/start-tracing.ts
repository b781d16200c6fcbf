import { diag, DiagLogLevel, type ProxyTracerProvider, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { complainer } from './complain.ts'
import { shopProvider } from './shop-provider.ts'
import { type SpanCounts, spanCountReader, unread } from './span-counts.ts'

interface TracingOptions {
  /** True when the environment names the service: then that name is everybody's. */
  readonly hasServiceName: boolean
  /** Takes what the SDK complains about; undefined leaves it to OTEL_LOG_LEVEL. */
  readonly complain: ((line: string) => void) | undefined
}

interface Tracing {
  /** Sends the last spans and ends the SDK. */
  shutdown(): Promise<void>
  spanCounts(): Promise<SpanCounts>
}

/**
 * Starts the SDK as the OTEL_* variables say: traces only, W3C context and baggage. No instrumentation is patched in,
 * every span is made by hand where the work is done.
 */
export function startTracing({ hasServiceName, complain }: TracingOptions): Tracing {
  if (complain) diag.setLogger(complainer(complain, Date.now), DiagLogLevel.WARN)
  const { reader, read } = spanCountReader()
  const sdk = new NodeSDK({ metricReaders: [reader], views: unread, instrumentations: [] })
  sdk.start()
  const provider = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate()
  trace.disable()
  trace.setGlobalTracerProvider(shopProvider(provider, { hasServiceName }))
  return { shutdown: () => sdk.shutdown(), spanCounts: read }
}
