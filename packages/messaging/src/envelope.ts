import { maxBaggageBytes } from '@toko/runtime'
import { InvalidMessageError } from './errors.ts'
import { decodeJson, encodeJson } from './json-codec.ts'
import type { Message } from './message.ts'
import { eventExchange } from './queue-name.ts'

/** AMQP header table; a foreign publisher may put anything in. */
export type Headers = Readonly<Record<string, unknown>>

/** What crosses a broker: the shape an AMQP publish takes apart and a delivery puts together again. */
export interface Wire {
  readonly exchange: string
  readonly routingKey: string
  readonly messageId: string
  readonly headers: Headers
  /** Of an RPC request and its reply. */
  readonly correlationId?: string
  /** Of an RPC request: routing key of its reply. */
  readonly replyTo?: string
  /** Milliseconds a queue keeps it before it is dropped undelivered. */
  readonly expirationMs?: number
  /** UTF-8 JSON, content type exactly `application/json`. */
  readonly body: Uint8Array
}

const traceHeaders = ['traceparent', 'tracestate', 'baggage'] as const
const specVersion = '1.0'
const word = /^[\w-]+$/
const dottedWords = /^[\w-]+(\.[\w-]+)*$/
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** CloudEvents 1.0 binary mode over AMQP: body = data only (messaging.md, "Event envelope"). */
export function encodeMessage(message: Message): Wire {
  assertAttributes(message)
  return {
    exchange: eventExchange(message.source),
    routingKey: message.type,
    messageId: message.id,
    headers: {
      cloudEvents_specversion: specVersion,
      cloudEvents_id: message.id,
      cloudEvents_source: message.source,
      cloudEvents_type: message.type,
      cloudEvents_subject: message.subject,
      cloudEvents_time: message.time,
      ...(message.version !== undefined && { cloudEvents_aggregateversion: String(message.version) }),
      ...(message.causationId !== undefined && { cloudEvents_causationid: message.causationId }),
      ...pickTrace(message.trace ?? {}),
    },
    body: encodeJson(message.data, 'data'),
  }
}

/** @throws InvalidMessageError or MessageTooLargeError: such a message is parked, never retried */
export function decodeMessage({ headers, body }: Wire): Message {
  const text = (name: string) => textHeader(headers, `cloudEvents_${name}`)
  // Nameko's own events name none.
  const envelope = text('specversion') ?? specVersion
  if (envelope !== specVersion)
    throw new InvalidMessageError(`an envelope of CloudEvents ${envelope}, not ${specVersion}`)
  const version = text('aggregateversion')
  const causationId = text('causationid')
  const trace = pickTrace(headers)
  const message: Message = {
    id: text('id') ?? '',
    source: text('source') ?? '',
    type: text('type') ?? '',
    subject: text('subject') ?? '',
    time: text('time') ?? '',
    ...(version !== undefined && { version: Number(version) }),
    ...(causationId !== undefined && { causationId }),
    ...(Object.keys(trace).length > 0 && { trace }),
    data: decodeJson(body, 'data'),
  }
  assertAttributes(message)
  return message
}

/** The headers that carry a trace. Oversized baggage is left out: it is a hint, the message is not. */
export function pickTrace(carrier: Headers): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const key of traceHeaders) {
    const value = textHeader(carrier, key)
    if (value !== undefined && Buffer.byteLength(value) <= maxBaggageBytes) picked[key] = value
  }
  return picked
}

/**
 * The trace that a delivery belongs to, whatever it says: who reads it counts what is malformed. Nameko passes on what it
 * received under names of its own: those tell an older hop of the same trace, so they count only where the message has none
 * itself.
 */
export function traceOf(headers: Headers): Record<string, string> {
  const told = (name: (key: string) => string) =>
    Object.fromEntries(
      traceHeaders.flatMap((key) => {
        const value = headers[name(key)]
        // A number or a table is no trace either.
        return value === undefined || value === null ? [] : [[key, typeof value === 'string' ? value : '']]
      }),
    )
  const [own, passedOn] = [told((key) => key), told(namekoHeader)]
  return own['traceparent'] !== undefined || Object.keys(passedOn).length === 0 ? own : passedOn
}

/** A context value as Nameko names its header; reading, it takes names without the prefix too. */
export const namekoHeader = (key: string): string => `nameko.${key}`

export function textHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function assertAttributes({ id, source, type, subject, time, version, causationId }: Message): void {
  assertText('id', id)
  assertText('subject', subject)
  if (causationId !== undefined) assertText('causationId', causationId)
  assertText('source', source, word)
  assertText('type', type, dottedWords)
  assertText('time', time, rfc3339)
  if (Number.isNaN(Date.parse(time))) throw new InvalidMessageError(`time is not a date: ${time}`)
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 0))
    throw new InvalidMessageError(`version is not a whole number from 0: ${version}`)
}

function assertText(what: string, value: unknown, pattern = /^[^\p{Cc}]+$/u): void {
  // AMQP short strings, among them routing key and message id, end at 255 bytes; 215 leave room for `evt-…` and `.events`.
  if (typeof value !== 'string' || !pattern.test(value) || Buffer.byteLength(value) > 215)
    throw new InvalidMessageError(`${what} is missing, malformed or longer than 215 bytes`)
}
