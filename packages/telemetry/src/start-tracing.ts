import { diag, DiagLogLevel, type ProxyTracerProvider, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { complainer } from './complain.ts'
import { perServiceProvider } from './service-resources.ts'

interface TracingOptions {
  /** True when the environment names the service: then that name is everybody's. */
  readonly hasServiceName: boolean
  /** Takes what the SDK complains about; undefined leaves it to OTEL_LOG_LEVEL. */
  readonly complain: ((line: string) => void) | undefined
}

/**
 * Starts the SDK as the OTEL_* variables say: traces only, W3C context and baggage. No instrumentation is patched in,
 * every span is made by hand where the work is done. Returns what sends the last spans and ends the SDK.
 */
export function startTracing({ hasServiceName, complain }: TracingOptions): () => Promise<void> {
  if (complain) diag.setLogger(complainer(complain, Date.now), DiagLogLevel.WARN)
  const sdk = new NodeSDK({ metricReaders: [], instrumentations: [] })
  sdk.start()
  if (!hasServiceName) {
    const provider = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate()
    trace.disable()
    trace.setGlobalTracerProvider(perServiceProvider(provider))
  }
  return () => sdk.shutdown()
}
