import { deepStrictEqual } from 'node:assert'
import { type EventQueue, eventQueueName } from '@toko/messaging'
import { bareConnection, confirmed } from './bare.ts'
import { pump } from './pump.ts'
import { bareProperties, bodyOf, sampleEvent } from './sample-event.ts'
import type { Surroundings } from './surroundings.ts'

const type = 'happened'

/** A quorum queue as a subscription of the bus declares it, and a bare publisher beside it. */
export async function openEventQueue({ amqpUrl, source, bus }: Surroundings, handler: string) {
  const subscription = { source, type, service: 'bench', handler } satisfies EventQueue
  const [queue, exchange] = [eventQueueName(subscription), `${source}.events`]
  const connection = await bareConnection(amqpUrl)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange(exchange, 'topic', { durable: true })
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(queue, exchange, type)

  const event = (n: number) => sampleEvent(source, type, n)
  const publishBare = (n: number) => {
    const message = event(n)
    return confirmed(channel, {
      exchange,
      routingKey: type,
      body: bodyOf(message),
      properties: bareProperties(message),
    })
  }

  /** A comparison of different messages would compare nothing. */
  async function assertSameOnTheWire(): Promise<void> {
    const publisher = bus('wire')
    await publisher.start?.()
    const message = event(0)
    await publisher.publish(message)
    await confirmed(channel, { exchange, routingKey: type, body: bodyOf(message), properties: bareProperties(message) })
    await publisher.stop?.()
    const [ours, bare] = [await channel.get(queue, { noAck: true }), await channel.get(queue, { noAck: true })]
    if (!ours || !bare) throw new Error('two messages were confirmed, and the queue does not have both')
    deepStrictEqual(ours.properties, bare.properties)
    deepStrictEqual(ours.content, bare.content)
  }
  await assertSameOnTheWire()

  return {
    connection,
    queue,
    subscription,
    event,
    publishBare,
    fill: (count: number) => pump(count, 200, publishBare),
    purge: async () => void (await channel.purgeQueue(queue)),
    async close() {
      await channel.deleteQueue(queue)
      await channel.deleteExchange(exchange)
      await connection.close()
    },
  }
}
