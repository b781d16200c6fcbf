import { createInProcessBus } from '@toko/messaging'
import { deadLetterRouteSuite, retryDelaysMs } from './dead-letter-routes.suite.ts'

deadLetterRouteSuite({
  adapter: 'in-process',
  create: (deps) => createInProcessBus({ ...deps, retryDelaysMs, retryJitter: 0 }),
})
