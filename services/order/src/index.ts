export { orderConfig, type OrderConfig } from './config.ts'
export { orderApi } from './routes.ts'
export { createOrderService, type OrderService } from './service.ts'
