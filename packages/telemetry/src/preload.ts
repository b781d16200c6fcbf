import { readSettings } from './settings.ts'

/** Where run() of @toko/runtime finds the last act of a process, without any application code importing this package. */
const flushKey = Symbol.for('toko.telemetry.flush')

/** Where createMetrics() of @toko/runtime finds what became of the spans. */
const spanCountsKey = Symbol.for('toko.telemetry.span-counts')

/** A collector that is away must not hold the process's end. */
const flushLimitMs = 3000

const settings = readSettings(process.env)
for (const fault of settings.faults) process.stderr.write(`toko telemetry: ${fault}; tracing stays off\n`)

if (settings.isOn) {
  // Prometheus scrapes metrics and stdout carries logs; the default detectors publish command line and owner.
  process.env['OTEL_METRICS_EXPORTER'] = 'none'
  process.env['OTEL_LOGS_EXPORTER'] = 'none'
  // Dropped spans are counted by the SDK alone.
  process.env['OTEL_NODE_EXPERIMENTAL_SDK_METRICS'] = 'true'
  process.env['OTEL_NODE_RESOURCE_DETECTORS'] ??= 'env,serviceinstance'
  // Only now: off costs nothing.
  const { startTracing } = await import('./start-tracing.ts')
  const { shutdown, spanCounts } = startTracing({
    ...settings,
    complain: process.env['OTEL_LOG_LEVEL'] ? undefined : (line) => process.stderr.write(line),
  })
  const flush = () =>
    new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error(`spans not sent within ${flushLimitMs} ms`)), flushLimitMs).unref()
      shutdown().then(resolve, reject)
    })
  Object.defineProperty(globalThis, flushKey, { value: flush })
  Object.defineProperty(globalThis, spanCountsKey, { value: spanCounts })
}
