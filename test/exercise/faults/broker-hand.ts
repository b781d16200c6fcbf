import { DeadLetterList } from '@toko/contracts'
import { connect } from 'amqplib'
import type { ServiceName } from '@toko/cli'
import type { World } from './fault.ts'

/** Sends every message of these exchanges once more, as a relay does that died before it noted it. */
export async function startRepublishing(url: string, exchanges: readonly string[]): Promise<() => Promise<void>> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const exchange of exchanges) await channel.bindQueue(queue, exchange, '#')
  const sent = new Set<string>()
  await channel.consume(
    queue,
    (message) => {
      const id = String(message?.properties.messageId)
      if (!message || sent.has(id)) return
      sent.add(id)
      const { exchange, routingKey } = message.fields
      channel.publish(exchange, routingKey, message.content, message.properties)
    },
    { noAck: true },
  )
  return () => connection.close()
}

/** Drops what a service's consumers put aside, as an administrator does, one by one. */
export async function emptyDeadLetters({ connection }: World, service: ServiceName): Promise<void> {
  const headers = await connection.asStaff()
  const list = () =>
    connection[service].call({
      method: 'GET',
      path: '/dead-letters',
      headers,
      query: { limit: '100' },
      answer: { 200: DeadLetterList },
    })
  const { body } = await list()
  for (const { id } of body.items)
    await connection[service].call({
      method: 'DELETE',
      path: '/dead-letters/{id}',
      params: { id },
      headers,
      answer: { 204: null, 404: null },
    })
  await list() // whoever counts them tells the metric
}
