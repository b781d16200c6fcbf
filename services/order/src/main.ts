import { createInProcessBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { orderConfig } from './config.ts'
import { createOrderService } from './service.ts'

await run(() => {
  const config = loadConfig('ORDER', orderConfig, process.env)
  const log = createLogger('order', config.logLevel)
  const metrics = createMetrics('order')
  // Alone there is no broker yet: commands come over HTTP, and messages wait in the outboxes.
  const bus = createInProcessBus({ log, metrics })
  const service = composeParts('order', [bus, createOrderService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
