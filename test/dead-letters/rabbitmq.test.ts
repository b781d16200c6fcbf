import { createRabbitBus } from '@toko/messaging'
import { connect } from 'amqplib'
import { inject } from 'vitest'
import { deadLetterRouteSuite, retryDelaysMs } from './dead-letter-routes.suite.ts'

const url = inject('amqpUrl')

deadLetterRouteSuite({
  adapter: 'RabbitMQ',
  create: (deps) => createRabbitBus({ ...deps, url, service: 'test', retryDelaysMs, retryJitter: 0 }),
  /** The server may be somebody's. */
  async tidy(queues, exchange) {
    const connection = await connect(url)
    const channel = await connection.createChannel()
    for (const queue of queues)
      for (const name of [queue, `${queue}.dlq`, ...retryDelaysMs.map((ms) => `${queue}.retry.${ms}`)])
        await channel.deleteQueue(name)
    await channel.deleteExchange(exchange)
    await connection.close()
  },
})
