import type { Logger } from '@toko/runtime'
import type { BusMetrics } from '../bus-metrics.ts'
import { type DeadLetter, type DeadLetters, errorFacts, shown } from '../dead-letters.ts'
import { textHeader, type Wire } from '../envelope.ts'
import type { DeliveryInfo, ParkReason } from '../consuming/verdict.ts'

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
    const error = errorFacts(cause)
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
    list: async (queue) =>
      [...parked.values()]
        .map(({ letter }) => letter)
        .filter((letter) => queue === undefined || letter.queue === queue),
    async show(id, queue) {
      const found = find(id, queue)[0]?.[1]
      return found && shown(found.letter, found.wire)
    },
    async redrive(id, queue) {
      const redriven = find(id, queue).filter(([, { letter, wire }]) => requeue(letter.queue, wire))
      for (const [key] of redriven) parked.delete(key)
      return redriven.length
    },
    async drop(id, queue) {
      const found = find(id, queue)
      for (const [key] of found) parked.delete(key)
      return found.length
    },
  }
  return { deadLetters, park }
}
