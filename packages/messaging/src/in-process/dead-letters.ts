import type { Logger } from '@toko/runtime'
import type { BusMetrics } from '../bus-metrics.ts'
import { decodeMessage, textHeader, type Wire } from '../envelope.ts'
import type { Message } from '../message.ts'
import type { DeliveryInfo, ParkReason } from './verdict.ts'

export interface DeadLetter {
  /** Of the message; the same id can be parked in several queues. */
  readonly id: string
  readonly queue: string
  readonly type: string
  readonly subject: string
  readonly reason: ParkReason
  /** How many deliveries failed. */
  readonly attempt: number
  readonly error: { readonly name: string; readonly message: string }
  readonly parkedAt: string
}

export interface DeadLetters {
  /** Oldest first. */
  list(queue?: string): readonly DeadLetter[]
  /** With the message, or null for it when it could not be decoded; then `body` tells. */
  show(id: string, queue?: string): (DeadLetter & { message: Message | null; body: string }) | undefined
  /** Puts the message back into the queue it failed in, with its original id and no failures. Returns how many. */
  redrive(id: string, queue?: string): number
  /** Forgets the message for good. Returns how many. */
  drop(id: string, queue?: string): number
}

interface DeadLettersOptions {
  readonly log: Logger
  readonly metrics: BusMetrics
  readonly now: () => number
  readonly limit: number
  /** False when the queue is gone. */
  readonly requeue: (queue: string, wire: Wire) => boolean
}

/** Messages parked for a person, in memory: the loss of the process loses them, the sweepers still finish every order. */
export function createDeadLetters({ log, metrics, now, limit, requeue }: DeadLettersOptions) {
  const parked = new Map<string, { readonly letter: DeadLetter; readonly wire: Wire }>()
  const keyOf = (queue: string, id: string) => `${queue} ${id}`
  const find = (id: string, queue?: string) =>
    [...parked].filter(([, { letter }]) => letter.id === id && (queue === undefined || letter.queue === queue))

  function park(
    queue: { name: string; label: string },
    wire: Wire,
    { attempt }: DeliveryInfo,
    reason: ParkReason,
    cause: unknown,
  ) {
    const error =
      cause instanceof Error ? { name: cause.name, message: cause.message } : { name: 'Error', message: String(cause) }
    const subject = textHeader(wire.headers, 'cloudEvents_subject') ?? ''
    const parkedAt = new Date(now()).toISOString()
    const id = wire.messageId
    const letter = { id, queue: queue.name, type: wire.routingKey, subject, reason, attempt, error, parkedAt }
    parked.delete(keyOf(queue.name, id))
    parked.set(keyOf(queue.name, id), { letter, wire })
    metrics.deadLetters.inc({ queue: queue.label })
    log.error({ queue: queue.name, message_id: id, subject, attempt, reason, err: cause }, 'message parked')
    const oldest = parked.size > limit ? [...parked.keys()][0] : undefined
    if (oldest === undefined) return
    parked.delete(oldest)
    log.error({ dropped: oldest, limit }, 'too many dead letters: the oldest was dropped')
  }

  const deadLetters: DeadLetters = {
    list: (queue) =>
      [...parked.values()]
        .map(({ letter }) => letter)
        .filter((letter) => queue === undefined || letter.queue === queue),
    show(id, queue) {
      const found = find(id, queue)[0]?.[1]
      if (!found) return undefined
      return { ...found.letter, message: decoded(found.wire), body: Buffer.from(found.wire.body).toString() }
    },
    redrive(id, queue) {
      const redriven = find(id, queue).filter(([, { letter, wire }]) => requeue(letter.queue, wire))
      for (const [key] of redriven) parked.delete(key)
      return redriven.length
    },
    drop(id, queue) {
      const found = find(id, queue)
      for (const [key] of found) parked.delete(key)
      return found.length
    },
  }
  return { deadLetters, park }
}

function decoded(wire: Wire): Message | null {
  try {
    return decodeMessage(wire)
  } catch {
    return null
  }
}
