import { createInProcessBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { productConfig } from './config.ts'
import { createProductService } from './service.ts'

await run(() => {
  const config = loadConfig('PRODUCT', productConfig, process.env)
  const log = createLogger('product', config.logLevel)
  const metrics = createMetrics('product')
  // Alone there is no broker yet: commands come over HTTP, and messages wait in the outboxes.
  const bus = createInProcessBus({ log, metrics })
  const service = composeParts('product', [bus, createProductService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
