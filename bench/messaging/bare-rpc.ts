import { randomUUID } from 'node:crypto'
import type { ConsumeMessage, Options } from 'amqplib'
import { bareConnection, confirmed } from './bare.ts'

const exchange = 'nameko-rpc'
const plain: Options.Publish = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  deliveryMode: 2,
  priority: 0,
  headers: {},
}
const read = ({ content }: ConsumeMessage): unknown => JSON.parse(content.toString())
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

/** Answers every call with its first argument: reply, confirm, ack. */
export async function bareServer(url: string, service: string) {
  const connection = await bareConnection(url)
  const [replies, channel] = [await connection.createConfirmChannel(), await connection.createChannel()]
  await channel.assertExchange(exchange, 'topic', { durable: true })
  await channel.assertQueue(`rpc-${service}`, { durable: true })
  await channel.bindQueue(`rpc-${service}`, exchange, `${service}.*`)
  await channel.prefetch(10)
  const answer = async (request: ConsumeMessage | null) => {
    if (!request) return // its queue is deleted at the end
    const { args } = read(request) as { args: unknown[] }
    const { replyTo: routingKey, correlationId } = request.properties as { replyTo: string; correlationId: string }
    const body = bytes({ result: args[0], error: null })
    await confirmed(replies, { exchange, routingKey, body, properties: { ...plain, correlationId } })
    channel.ack(request)
  }
  await channel.consume(`rpc-${service}`, (request) => void answer(request))
  return {
    /** Deletes these queues too. */
    async close(queues: readonly string[]) {
      for (const queue of queues) await channel.deleteQueue(queue)
      await connection.close()
    },
  }
}

export async function bareClient(url: string, service: string) {
  const connection = await bareConnection(url)
  const [requests, channel] = [await connection.createConfirmChannel(), await connection.createChannel()]
  const replyTo = randomUUID()
  const pending = new Map<string, (result: unknown) => void>()
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, replyTo)
  await channel.consume(
    queue,
    (reply) => {
      if (!reply) throw new Error('the broker cancelled the client')
      const { correlationId } = reply.properties as { correlationId: string }
      pending.get(correlationId)?.((read(reply) as { result: unknown }).result)
      pending.delete(correlationId)
    },
    { noAck: true },
  )
  return {
    call(method: string, args: readonly unknown[]): Promise<unknown> {
      const correlationId = randomUUID()
      const headers = { 'nameko.call_id_stack': [`bench.call.${correlationId}`] }
      const properties = {
        ...plain,
        headers,
        mandatory: true,
        correlationId,
        replyTo,
        messageId: correlationId,
        expiration: 5_000,
      }
      return new Promise((resolve) => {
        pending.set(correlationId, resolve)
        requests.publish(exchange, `${service}.${method}`, bytes({ args, kwargs: {} }), properties)
      })
    },
    close: () => connection.close(),
  }
}
