import { overHttp, overInProcessBus } from './harness.ts'
import { serviceClientSuite } from './service-client.suite.ts'

serviceClientSuite(overHttp)
serviceClientSuite(overInProcessBus)
