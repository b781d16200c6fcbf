import { createLogger, createMetrics, loadConfig, run } from '@toko/runtime'
import { paymentConfig } from './config.ts'
import { createPaymentService } from './service.ts'

const config = loadConfig('PAYMENT', paymentConfig, process.env)
const log = createLogger('payment', config.logLevel)
const metrics = createMetrics('payment')
await run(createPaymentService(config, { log, metrics }), { log, drainDelayMs: 5000, graceMs: 42_000 })
