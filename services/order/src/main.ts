import { createBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { orderConfig } from './config.ts'
import { createOrderService } from './service.ts'

await run(() => {
  const config = loadConfig('ORDER', orderConfig, process.env)
  const log = createLogger('order', config.logLevel)
  const metrics = createMetrics('order')
  // Without a broker commands come over HTTP, and messages for other services wait in the outboxes.
  const bus = createBus({ service: 'order', amqpUrl: config.amqpUrl, log, metrics })
  const service = composeParts('order', [bus, createOrderService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
