import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger, createMetrics } from '@toko/runtime'
import { inject } from 'vitest'
import { createRabbitBus, type RabbitBusOptions } from '../../src/index.ts'
import type { BusHarness } from '../harness.ts'
import { tidied } from './tidy.ts'

/** A bus on a real broker, with its log lines and metrics at hand. */
export function onRabbit(url: string, options: Partial<RabbitBusOptions> = {}) {
  const lines: string[] = []
  const log = createLogger('test', 'debug', { write: (line) => void lines.push(line) })
  const metrics = createMetrics('test', { processMetrics: false })
  const own = createRabbitBus({ url, service: 'test', log, metrics, retryJitter: 0, ...options })
  const bus = inject('isGivenServer') ? tidied(own, url, options.retryDelaysMs ?? []) : own
  return { bus, lines, metrics: () => metrics.render() }
}

export function rabbitHarness(url: string): BusHarness {
  return {
    adapter: 'RabbitMQ',
    create(settings) {
      const { bus, metrics } = onRabbit(url, settings)
      return Promise.resolve({
        bus,
        passTime: (ms) => sleep(ms),
        metrics,
      })
    },
  }
}
