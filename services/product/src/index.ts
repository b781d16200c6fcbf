export { productConfig, type ProductConfig } from './config.ts'
export { productApi } from './routes.ts'
export { createProductService, type ProductService } from './service.ts'
