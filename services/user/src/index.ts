export { userConfig, type UserConfig } from './config.ts'
export { userApi } from './routes.ts'
export { createUserService, type UserService } from './service.ts'
