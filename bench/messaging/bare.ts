import { type ConfirmChannel, connect, type Options } from 'amqplib'

/** As careful as the bus where it costs nothing: without Nagle's delay, and with the same heartbeat. */
export async function bareConnection(url: string) {
  const withHeartbeat = new URL(url)
  withHeartbeat.searchParams.set('heartbeat', '10')
  return connect(withHeartbeat.href, { noDelay: true })
}

interface Outgoing {
  readonly exchange: string
  readonly routingKey: string
  readonly body: Buffer
  readonly properties: Options.Publish
}

/** Resolves with the confirm. */
export function confirmed(
  channel: ConfirmChannel,
  { exchange, routingKey, body, properties }: Outgoing,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(exchange, routingKey, body, properties, (error: unknown) => (error ? reject(error) : resolve()))
  })
}
