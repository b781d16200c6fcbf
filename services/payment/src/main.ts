import { createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { paymentConfig } from './config.ts'
import { createPaymentService } from './service.ts'

await run(() => {
  const config = loadConfig('PAYMENT', paymentConfig, process.env)
  const log = createLogger('payment', config.logLevel)
  const service = createPaymentService(config, { log, metrics: createMetrics('payment') })
  return { service, log, drainDelayMs: 5000, graceMs: 42_000 }
})
