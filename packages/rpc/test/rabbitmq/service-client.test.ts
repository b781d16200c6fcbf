import { connectOver, type Transport } from '../harness.ts'
import { serviceClientSuite } from '../service-client.suite.ts'
import { rabbitBus, uniqueService } from './rabbit-bus.ts'

const overRabbitmq: Transport = {
  name: 'RPC on RabbitMQ',
  connect(routes, limits) {
    const service = uniqueService()
    return connectOver(rabbitBus(service), routes, limits, service)
  },
}

serviceClientSuite(overRabbitmq)
