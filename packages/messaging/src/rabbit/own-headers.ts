/** Headers that this adapter adds to its own copies of a message; never part of what a handler sees. */
export const own = {
  /** Number of the delivery, from 1. RabbitMQ 4 ignores the x-death of messages that a client publishes. */
  attempt: 'x-attempt',
  /** Where the message was published first: a copy goes through the default exchange to one queue. */
  originExchange: 'x-origin-exchange',
  originKey: 'x-origin-routing-key',
  redriven: 'x-redriven',
  deadReason: 'x-dead-reason',
  deadQueue: 'x-dead-queue',
  deadErrorName: 'x-dead-error-name',
  deadErrorMessage: 'x-dead-error-message',
  deadAt: 'x-dead-at',
} as const

/** The broker's bookkeeping: dead-lettering, deliveries of a quorum queue. */
const brokers = /^x-(death|first-death-.*|last-death-.*|delivery-count|acquired-count)$/
const ours = new Set<string>(Object.values(own))

/** The headers as they were published. */
export function publishedHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.has(name) && !brokers.test(name)))
}

/** A whole number from `least`, whoever wrote it, or else `least`. */
export function countHeader(headers: Readonly<Record<string, unknown>>, name: string, least: number): number {
  const value = headers[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value > least ? value : least
}
