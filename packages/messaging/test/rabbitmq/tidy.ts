import { connect } from 'amqplib'
import type { OwnedBus } from '../../src/index.ts'

/** The bus, and how to delete what it has declared: tests on somebody's server leave nothing there. */
export function tidied(bus: OwnedBus, url: string, retryDelaysMs: readonly number[]) {
  const queues = new Set<string>()
  const exchanges = new Set<string>()
  const watched: OwnedBus = {
    ...bus,
    publish(message, options) {
      exchanges.add(`${message.source}.events`)
      return bus.publish(message, options)
    },
    subscribe(spec, handler) {
      const subscription = bus.subscribe(spec, handler)
      queues.add(subscription.queue)
      exchanges.add(`${spec.source}.events`)
      return subscription
    },
    serve(service, methods) {
      const subscription = bus.serve(service, methods)
      queues.add(subscription.queue)
      return subscription
    },
    async stop() {
      await bus.stop?.()
      await remove()
    },
  }

  async function remove(): Promise<void> {
    const connection = await connect(url)
    const channel = await connection.createChannel()
    const withoutId = (name: string) => name.replace(/-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '')
    for (const queue of queues)
      for (const name of [queue, `${withoutId(queue)}.dlq`, ...retryDelaysMs.map((ms) => `${queue}.retry.${ms}`)])
        await channel.deleteQueue(name)
    for (const exchange of exchanges) if (/^[\w.-]{1,255}$/.test(exchange)) await channel.deleteExchange(exchange)
    await connection.close()
  }

  return watched
}
