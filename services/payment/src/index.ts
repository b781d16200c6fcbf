export { type PaymentConfig, paymentConfig } from './config.ts'
export { paymentApi } from './routes.ts'
export { createPaymentService, type PaymentService } from './service.ts'
