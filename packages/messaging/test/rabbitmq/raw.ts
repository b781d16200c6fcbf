import { randomUUID } from 'node:crypto'
import { type Channel, type ConsumeMessage, connect, type GetMessage, type Options } from 'amqplib'

/** A bare client on the broker: what another program, such as Nameko, sends and sees. */
export async function rawClient(url: string) {
  const connection = await connect(url)
  const channel: Channel = await connection.createChannel()
  channel.on('error', () => {}) // whoever asked is told
  return {
    channel,
    /** As the broker says it: `4.0.5`. */
    version: connection.connection.serverProperties['version'],
    /** Binds an exclusive queue of its own; the messages that come, as they come. */
    async listen(exchange: string, pattern: string): Promise<ConsumeMessage[]> {
      const got: ConsumeMessage[] = []
      await channel.assertExchange(exchange, 'topic', { durable: true })
      const { queue } = await channel.assertQueue('', { exclusive: true })
      await channel.bindQueue(queue, exchange, pattern)
      await channel.consume(queue, (message) => void (message && got.push(message)), { noAck: true })
      return got
    },
    /** As Nameko publishes: no message id, no timestamp. */
    send(exchange: string, key: string, body: unknown, more: Options.Publish = {}): void {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
      const plain = {
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        deliveryMode: 2,
        priority: 0,
        headers: {},
      }
      channel.publish(exchange, key, bytes, { ...plain, ...more })
    },
    /** Takes a message and lets the connection die with it, as a consumer that crashes does. */
    async takeAndDie(queue: string): Promise<GetMessage | false> {
      const other = await connect(url)
      const taken = await (await other.createChannel()).get(queue)
      await other.close()
      return taken
    },
    close: () => connection.close().catch(() => {}),
  }
}

export type RawClient = Awaited<ReturnType<typeof rawClient>>

/** A caller as Nameko's: replies come to `nameko-rpc`, under an id alone. */
export async function namekoCaller(client: RawClient) {
  const replyTo = randomUUID()
  const replies = await client.listen('nameko-rpc', replyTo)
  return {
    replies,
    call(service: string, method: string, body: unknown, more: Options.Publish = {}): void {
      const headers = { 'nameko.call_id_stack': [`standalone_rpc_client.${replyTo}.${randomUUID()}`] }
      client.send('nameko-rpc', `${service}.${method}`, body, {
        replyTo,
        correlationId: randomUUID(),
        headers,
        ...more,
      })
    },
  }
}

/** The broker's major version. */
export const brokerVersion = ({ version }: RawClient): number => Number.parseInt(version, 10)

export const jsonOf = (message: { readonly content: Buffer } | undefined): unknown =>
  message && JSON.parse(message.content.toString())
