import type { Logger, Metrics } from '@toko/runtime'
import type { OwnedBus } from './bus.ts'
import { createInProcessBus } from './in-process/in-process-bus.ts'
import { createRabbitBus } from './rabbit/rabbit-bus.ts'

export interface BusChoice {
  /** Name of the process. */
  readonly service: string
  /** `<NAME>_AMQP_URL`. Without it messages stay inside the process. */
  readonly amqpUrl?: string | undefined
  readonly log: Logger
  readonly metrics: Metrics
}

/** The bus that the configuration names: RabbitMQ, or the one inside this process. */
export function createBus({ service, amqpUrl, log, metrics }: BusChoice): OwnedBus {
  return amqpUrl === undefined
    ? createInProcessBus({ log, metrics })
    : createRabbitBus({ url: amqpUrl, service, log, metrics })
}
