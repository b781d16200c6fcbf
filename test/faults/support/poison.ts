import { randomUUID } from 'node:crypto'
import { type EventDefinition, newId } from '@toko/contracts'
import { connect } from 'amqplib'

/** A message that no consumer can make sense of. */
export interface Poison {
  readonly name: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  /** Why it must be parked: its bytes cannot be read, or what they say is none of the consumer's. */
  readonly reason: 'undecodable' | 'permanent'
}

/** Row 29 for consumers of one event; `valid` are data that fit its schema. */
export function poisonOf({ source, type }: EventDefinition, valid: object): Poison[] {
  const poison = (reason: Poison['reason'], name: string, data: unknown, change = {}): Poison => ({
    name,
    reason,
    body: Buffer.isBuffer(data) ? data : Buffer.from(JSON.stringify(data)),
    headers: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: newId('evt'),
      cloudEvents_source: source,
      cloudEvents_type: type,
      cloudEvents_subject: newId('ord'),
      cloudEvents_time: new Date().toISOString(),
      ...change,
    },
  })
  const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown
  return [
    poison('undecodable', 'bad JSON', Buffer.from('{"orderId": ')),
    poison('undecodable', '1 MB', { ...valid, note: 'x'.repeat(1_048_576) }),
    poison('undecodable', 'deep nesting', { ...valid, deep }),
    poison('undecodable', 'another version of the envelope', valid, { cloudEvents_specversion: '9.9' }),
    poison('permanent', 'another version of the event', valid, { cloudEvents_type: `${type}.v9` }),
    poison('permanent', 'an unknown type', valid, { cloudEvents_type: 'order_dreamt' }),
    poison('permanent', 'a shape that the schema does not know', { v: 2, order: newId('ord') }),
    poison('permanent', 'no data', null),
  ]
}

/** By hand, as a stranger would, under the event's routing key. */
export async function publishPoison(url: string, { source, type }: EventDefinition, poison: readonly Poison[]) {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  for (const { name, body, headers } of poison) {
    const messageId = `${name}/${randomUUID()}`
    channel.publish(`${source}.events`, type, body, {
      contentType: 'application/json',
      deliveryMode: 2,
      messageId,
      headers,
    })
  }
  await channel.waitForConfirms()
  await connection.close()
}

/** Reasons in the headers of what is parked for a queue, by the name of its poison; it stays where it is. */
export async function parkedReasons(url: string, queue: string): Promise<[name: string, reason: unknown][]> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  channel.on('error', () => {}) // get() tells: there is no such queue yet
  const found: [string, unknown][] = []
  try {
    for (;;) {
      const letter = await channel.get(`${queue}.dlq`)
      if (!letter) return found
      const { messageId, headers } = letter.properties
      found.push([String(messageId).split('/')[0]!, headers?.['x-dead-reason']])
    }
  } finally {
    await connection.close()
  }
}
