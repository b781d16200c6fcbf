import { createBus } from '@toko/messaging'
import { composeParts, createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { paymentConfig } from './config.ts'
import { createPaymentService } from './service.ts'

await run(() => {
  const config = loadConfig('PAYMENT', paymentConfig, process.env)
  const log = createLogger('payment', config.logLevel)
  const metrics = createMetrics('payment')
  // Without a broker the provider is called over HTTP alone.
  const bus = createBus({ service: 'payment', amqpUrl: config.amqpUrl, log, metrics })
  const service = composeParts('payment', [bus, createPaymentService(config, { log, metrics, bus })])
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
