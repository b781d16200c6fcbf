import { createInProcessBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { userConfig } from './config.ts'
import { createUserService } from './service.ts'

const config = loadConfig('USER', userConfig, process.env)
const log = createLogger('user', config.logLevel)
const metrics = createMetrics('user')
// NOTE: alone in its process it hears no orders until the RabbitMQ bus is chosen here
const bus = createInProcessBus({ log, metrics })
const service = createUserService(config, { log, metrics, bus })
await run(composeParts('user', [bus, service]), { log, drainDelayMs: 5000, graceMs: 42_000 })
