import { createLogger, createMetrics } from '@toko/runtime'
import { createInProcessBus, type InProcessBusOptions, manualClock } from '../src/index.ts'
import type { BusHarness } from './harness.ts'

/** An in-process bus on a manual clock, with its log lines and metrics at hand. */
export function inProcess(options: Partial<InProcessBusOptions> = {}) {
  const clock = manualClock()
  const lines: string[] = []
  const log = createLogger('test', 'debug', { write: (line) => void lines.push(line) })
  const metrics = createMetrics('test', { processMetrics: false })
  const bus = createInProcessBus({ log, metrics, clock, retryJitter: 0, ...options })
  return { bus, clock, lines, metrics: () => metrics.render() }
}

export const inProcessHarness: BusHarness = {
  adapter: 'in-process',
  create(settings) {
    const { bus, clock, metrics } = inProcess(settings)
    return Promise.resolve({
      bus,
      passTime: clock.advance,
      metrics,
    })
  },
}
