import { createHash } from 'node:crypto'
import { callStackHeader } from '../rpc/call-stack.ts'

interface Published {
  readonly exchange: string
  readonly routingKey: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Uint8Array
  readonly timestamp: unknown
}

const eventsOf = /^(.+)\.events$/

/**
 * What an event without CloudEvents attributes is: Nameko sends the data alone. Its id is the same for every delivery:
 * the call that published it, the routing key and the body (messaging.md, "Event envelope").
 */
export function namekoAttributes(published: Published): Record<string, string> | undefined {
  const { exchange, routingKey, headers, body, timestamp } = published
  const source = eventsOf.exec(exchange)?.[1]
  if (source === undefined || 'cloudEvents_id' in headers) return undefined
  const stack: unknown = headers[callStackHeader]
  const call: unknown = Array.isArray(stack) ? stack.at(-1) : stack
  const digest = createHash('sha256')
    .update(`${String(call)}\n${routingKey}\n`)
    .update(body)
    .digest('hex')
  const id = `nameko-${digest.slice(0, 32)}`
  const time = typeof timestamp === 'number' ? timestamp * 1000 : Date.now()
  return {
    cloudEvents_id: id,
    cloudEvents_source: source,
    cloudEvents_type: routingKey,
    cloudEvents_subject: id, // its data may name an aggregate; only the handler knows where
    cloudEvents_time: new Date(time).toISOString(),
  }
}
