import { randomUUID } from 'node:crypto'
import type { Options } from 'amqplib'
import type { EventQueue } from '../event-queue.ts'
import { eventExchange, eventQueueName, rpcExchange, rpcQueueName } from '../queue-name.ts'

/** A queue, its binding, and how to declare both. */
export interface QueueSpec {
  readonly name: string
  /** Its name in metrics and of its dead letters: without a broadcast's id. */
  readonly label: string
  readonly exchange: string
  readonly pattern: string
  readonly options: Options.AssertQueue
  /** Goes with its subscription: a broadcast's. */
  readonly isTemporary: boolean
}

const quorum = { 'x-queue-type': 'quorum' }

/** messaging.md, "toko's topology": a queue that a Nameko service may also declare has no arguments at all. */
export function eventQueueSpec(spec: EventQueue): QueueSpec {
  const label = eventQueueName(spec)
  const common = { label, exchange: eventExchange(spec.source), pattern: spec.type }
  if (spec.kind === 'broadcast')
    return {
      ...common,
      name: `${label}-${randomUUID()}`,
      options: { exclusive: true, autoDelete: true, durable: false },
      isTemporary: true,
    }
  const isShared = spec.kind === 'singleton'
  return {
    ...common,
    name: label,
    options: { durable: true, ...(!isShared && { arguments: quorum }) },
    isTemporary: false,
  }
}

export function rpcQueueSpec(service: string): QueueSpec {
  const name = rpcQueueName(service)
  return {
    name,
    label: name,
    exchange: rpcExchange,
    pattern: `${service}.*`,
    options: { durable: true },
    isTemporary: false,
  }
}

/** Messages wait here for their next attempt; then the broker itself puts them back, at least once. */
export const retryQueue = (queue: string, pauseMs: number) => ({
  name: `${queue}.retry.${pauseMs}`,
  options: {
    durable: true,
    arguments: {
      ...quorum,
      'x-message-ttl': pauseMs,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': queue,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  },
})

/** Reading a dead letter without taking it counts as a failed delivery; the default limit of RabbitMQ 4 would drop it. */
export const deadLetterQueue = (label: string) => ({
  name: `${label}.dlq`,
  options: { durable: true, arguments: { ...quorum, 'x-delivery-limit': 1_000_000 } },
})
