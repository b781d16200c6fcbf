import { randomUUID } from 'node:crypto'
import { type ConfirmChannel, connect, type Options } from 'amqplib'

/** As Nameko publishes. */
const properties = { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2, priority: 0 }
const bytes = (body: unknown) => Buffer.from(JSON.stringify(body))

async function onChannel<T>(url: string, work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await connect(url)
  try {
    return await work(await connection.createConfirmChannel())
  } finally {
    await connection.close()
  }
}

export const removeQueues = (url: string, queues: readonly string[]): Promise<void> =>
  onChannel(url, async (channel) => {
    for (const queue of queues) await channel.deleteQueue(queue)
  })

/** A request whose body no client of ours would make; the reply's body as it came. */
export const callWithBody = (url: string, service: string, method: string, body: unknown): Promise<unknown> =>
  onChannel(url, async (channel) => {
    const replyTo = randomUUID()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, 'nameko-rpc', replyTo)
    const { promise: reply, resolve } = Promise.withResolvers<unknown>()
    await channel.consume(queue, (message) => resolve(JSON.parse(String(message?.content))), { noAck: true })
    channel.publish('nameko-rpc', `${service}.${method}`, bytes(body), {
      ...properties,
      replyTo,
      correlationId: replyTo,
    })
    return reply
  })

/** Puts an event into one queue alone, as when it is delivered once more; resolves when the broker has it. */
export const deliver = (
  url: string,
  queue: string,
  data: unknown,
  headers: Options.Publish['headers'],
): Promise<void> =>
  onChannel(url, async (channel) => {
    channel.sendToQueue(queue, bytes(data), { ...properties, headers })
    await channel.waitForConfirms()
  })
