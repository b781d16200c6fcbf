import type { Logger } from '@toko/runtime'
import type { BusMetrics } from '../bus-metrics.ts'
import { type DeadLetter, type DeadLetters, errorFacts, shown } from '../dead-letters.ts'
import { textHeader, type Wire } from '../envelope.ts'
import type { DeliveryInfo, ParkReason } from '../consuming/verdict.ts'
import { parkedMessages } from './parked-messages.ts'

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
  const parked = parkedMessages((label, amount) => metrics.parked.set({ queue: label }, amount))

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
    parked.add({ label: queue.label, letter, wire })
    metrics.deadLetters.inc({ queue: queue.label })
    log.error({ queue: queue.name, message_id: id, subject, attempt, reason, err: cause }, 'message parked')
    const [oldest] = parked.size() > limit ? parked.all() : []
    if (!oldest) return
    parked.remove(oldest)
    log.error({ dropped: oldest.letter.id, queue: oldest.letter.queue, limit }, 'too many dead letters: dropped')
  }

  /** Those of the labelled queues. */
  function deadLetters(labels: () => readonly string[]): DeadLetters {
    const wanted = (queue: string | undefined, isWanted: (letter: DeadLetter) => boolean = () => true) => {
      const own = new Set(labels())
      const isOf = (name: string, label: string) => queue === undefined || queue === name || queue === label
      return parked.all().filter(({ label, letter }) => own.has(label) && isOf(letter.queue, label) && isWanted(letter))
    }
    function redriveEach(found: ReturnType<typeof wanted>, most = found.length): number {
      let redriven = 0
      for (const each of found) {
        if (redriven === most) break
        if (!requeue(each.letter.queue, each.wire)) continue
        parked.remove(each)
        redriven++
      }
      return redriven
    }
    return {
      async list(queue, most = limit) {
        const taken = new Map<string, number>()
        const isWithin = ({ label }: { label: string }) => {
          const before = taken.get(label) ?? 0
          taken.set(label, before + 1)
          return before < most
        }
        return wanted(queue)
          .filter(isWithin)
          .map(({ letter }) => letter)
      },
      counts: async () => new Map(labels().map((label) => [label, parked.amountOf(label)])),
      async show(id, queue) {
        const [found] = wanted(queue, (letter) => letter.id === id)
        return found && shown(found.letter, found.wire)
      },
      redrive: async (id, queue) => redriveEach(wanted(queue, (letter) => letter.id === id)),
      redriveParkedBefore: async (before, most, queue) =>
        redriveEach(
          wanted(queue, (letter) => letter.parkedAt < before),
          most,
        ),
      async drop(id, queue) {
        const found = wanted(queue, (letter) => letter.id === id)
        for (const each of found) parked.remove(each)
        return found.length
      },
    }
  }
  return { deadLetters, park }
}
