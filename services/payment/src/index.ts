export { type PaymentConfig, paymentConfig } from './config.ts'
export { paymentApi, paymentApi as openapi } from './routes.ts'
export { createPaymentService, type PaymentService } from './service.ts'
