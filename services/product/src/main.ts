import { createBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { productConfig } from './config.ts'
import { createProductService } from './service.ts'

await run(() => {
  const config = loadConfig('PRODUCT', productConfig, process.env)
  const log = createLogger('product', config.logLevel)
  const metrics = createMetrics('product')
  // Without a broker commands come over HTTP, and messages for other services wait in the outboxes.
  const bus = createBus({ service: 'product', amqpUrl: config.amqpUrl, log, metrics })
  const service = composeParts('product', [bus, createProductService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
