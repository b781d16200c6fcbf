import type { GetMessage, Message, Options } from 'amqplib'
import { textHeader, type Wire } from '../envelope.ts'
import type { DeliveryInfo } from '../consuming/verdict.ts'
import { plainJson } from './kombu-json.ts'
import { namekoAttributes } from './nameko-message.ts'
import { countHeader, own, publishedHeaders } from './own-headers.ts'

/** The properties that Nameko reads, and those that brokers' tools show (messaging.md, "Request", "Event envelope"). */
export function propertiesOf(wire: Wire): Options.Publish {
  const { headers, messageId, correlationId, replyTo, expirationMs } = wire
  const type = textHeader(headers, 'cloudEvents_type')
  const appId = textHeader(headers, 'cloudEvents_source')
  const time = Date.parse(textHeader(headers, 'cloudEvents_time') ?? '')
  const conversation = correlationId ?? textHeader(headers, 'cloudEvents_subject')
  return {
    contentType: 'application/json', // exactly: Nameko drops what has a charset
    contentEncoding: 'utf-8',
    deliveryMode: 2,
    priority: 0,
    headers,
    messageId,
    ...(conversation !== undefined && { correlationId: conversation }),
    ...(replyTo !== undefined && { replyTo }),
    ...(expirationMs !== undefined && { expiration: Math.max(0, Math.floor(expirationMs)) }),
    ...(type !== undefined && { type }),
    ...(appId !== undefined && { appId }),
    ...(Number.isFinite(time) && { timestamp: Math.floor(time / 1000) }),
  }
}

/** A delivery as it was published, whichever retry queue it came through and whoever published it. */
export function wireOf(message: Message | GetMessage): Wire {
  const { fields, properties, content } = message
  const all: Record<string, unknown> = properties.headers ?? {}
  const exchange = textHeader(all, own.originExchange) ?? fields.exchange
  const routingKey = textHeader(all, own.originKey) ?? fields.routingKey
  const headers = publishedHeaders(all)
  const { messageId, correlationId, replyTo } = properties as unknown as Record<string, unknown>
  const foreign = namekoAttributes({ exchange, routingKey, headers, body: content, timestamp: properties.timestamp })
  return {
    exchange,
    routingKey,
    headers: { ...foreign, ...headers },
    messageId: [messageId, foreign?.['cloudEvents_id'], correlationId].find((id) => typeof id === 'string') ?? '',
    ...(typeof correlationId === 'string' && { correlationId }),
    ...(typeof replyTo === 'string' && { replyTo }),
    body: plainJson(content),
  }
}

export function infoOf({ fields, properties }: Message): DeliveryInfo {
  const headers: Record<string, unknown> = properties.headers ?? {}
  const attempt = countHeader(headers, own.attempt, 1)
  const redriven = headers[own.redriven] === true
  return { attempt, redriven, redelivered: fields.redelivered || redriven || attempt > 1 }
}
