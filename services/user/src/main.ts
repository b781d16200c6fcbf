import { createBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { userConfig } from './config.ts'
import { createUserService } from './service.ts'

await run(() => {
  const config = loadConfig('USER', userConfig, process.env)
  const log = createLogger('user', config.logLevel)
  const metrics = createMetrics('user')
  // Without a broker commands come over HTTP, and messages for other services wait in the outboxes.
  const bus = createBus({ service: 'user', amqpUrl: config.amqpUrl, log, metrics })
  const service = composeParts('user', [bus, createUserService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
