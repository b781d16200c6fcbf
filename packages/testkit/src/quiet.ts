import { createLogger, createMetrics, type Logger, type Metrics } from '@toko/runtime'

/** A logger and a registry for a test: TEST_LOG-free, nothing is written, metrics can be rendered and asserted. */
export function quiet(service = 'test'): { log: Logger; metrics: Metrics } {
  return { log: createLogger(service, 'silent'), metrics: createMetrics(service, { processMetrics: false }) }
}
