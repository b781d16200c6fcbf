import { randomUUID } from 'node:crypto'
import { createRabbitBus, type OwnedBus } from '@toko/messaging'
import { quiet } from '@toko/testkit'
import { connect } from 'amqplib'
import { inject } from 'vitest'

/** A name that no other test uses, on a broker shared by all. */
export const uniqueService = () => `thing-${randomUUID().slice(0, 8)}`

/** A bus on the run's RabbitMQ; at its stop the queue of `service` goes, which may be on somebody's server. */
export function rabbitBus(service: string): OwnedBus {
  const bus = createRabbitBus({ ...quiet('bus'), url: inject('amqpUrl'), service: 'test' })
  return {
    ...bus,
    async stop() {
      await bus.stop?.()
      const connection = await connect(inject('amqpUrl'))
      const channel = await connection.createChannel()
      for (const queue of [`rpc-${service}`, `rpc-${service}.dlq`]) await channel.deleteQueue(queue)
      await connection.close()
    },
  }
}
