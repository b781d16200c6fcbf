import { createInProcessBus } from '@toko/messaging'
import { createLogger, createMetrics, composeParts, loadConfig, run } from '@toko/runtime'
import { productConfig } from './config.ts'
import { createProductService } from './service.ts'

const config = loadConfig('PRODUCT', productConfig, process.env)
const log = createLogger('product', config.logLevel)
const metrics = createMetrics('product')
// Alone there is no broker: commands come over HTTP, answers wait in the outboxes.
const bus = createInProcessBus({ log, metrics })
const service = createProductService(config, { log, metrics, bus })
await run(composeParts('product', [bus, service]), { log, drainDelayMs: 5000, graceMs: 42_000 })
