import { setTimeout as sleep } from 'node:timers/promises'
import type { GetMessage } from 'amqplib'
import { byAge, type DeadLetter, type DeadLetters, shown } from '../dead-letters.ts'
import { textHeader } from '../envelope.ts'
import { UnroutableError } from '../errors.ts'
import { wireOf } from './amqp-message.ts'
import type { DeadLetterQueues } from './dead-letter-queues.ts'
import { countHeader, own, publishedHeaders } from './own-headers.ts'
import type { Publisher } from './publisher.ts'

interface RabbitDeadLettersOptions {
  readonly queues: DeadLetterQueues
  readonly publisher: Publisher
  /** Of the queues whose dead letters these are. */
  readonly labels: () => readonly string[]
}

/** A broadcast's queue name ends with the id of its subscription, its dead letters are with all of its kind. */
const broadcastId = /-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Somebody else may have the message for a moment, to look at it: unknown is said after a second look. */
const secondLookMs = 300

/**
 * The dead-letter queues, looked through message by message: what is not taken goes back when the look ends, to the end of
 * the queue or to its beginning, as the broker's version likes it.
 */
export function createRabbitDeadLetters({ queues, publisher, labels }: RabbitDeadLettersOptions): DeadLetters {
  /** The labels that a queue's name, or none, stands for here. */
  const wanted = (queue: string | undefined) =>
    labels().filter((label) => queue === undefined || label === queue || label === queue.replace(broadcastId, ''))
  const isOf = (queue: string | undefined, label: string, facts: DeadLetter) =>
    queue === undefined || queue === label || queue === facts.queue

  /** Takes what is asked for, up to `most`. Resolves with how many. */
  async function takeEach(
    queue: string | undefined,
    isWanted: (letter: DeadLetter) => boolean,
    take: (letter: GetMessage) => Promise<boolean>,
    most = Infinity,
  ): Promise<number> {
    let taken = 0
    for (const label of wanted(queue)) {
      if (taken === most) break
      await queues.look(label, async (letter) => {
        if (taken === most) return 'last'
        const facts = letterOf(letter)
        if (!isWanted(facts) || !isOf(queue, label, facts) || !(await take(letter))) return 'kept'
        taken++
        return 'taken'
      })
    }
    return taken
  }

  /** Back into its own queue alone, by name. False when that is gone. */
  async function putBack(letter: GetMessage): Promise<boolean> {
    const { content, properties } = letter
    const wire = wireOf(letter)
    const origin = { [own.originExchange]: wire.exchange, [own.originKey]: wire.routingKey }
    const headers = { ...publishedHeaders(properties.headers ?? {}), ...origin, [own.redriven]: true }
    const { contentType, contentEncoding, correlationId, type, timestamp, appId } = properties
    const kept = { contentType, contentEncoding, correlationId, type, timestamp, appId, deliveryMode: 2 }
    const outgoing = {
      exchange: '',
      routingKey: letterOf(letter).queue,
      body: content,
      properties: { ...kept, messageId: wire.messageId, headers },
    }
    return publisher.publish(outgoing, { mandatory: true }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof UnroutableError) return false
        throw error
      },
    )
  }

  return {
    async list(queue, most = Infinity) {
      const found: DeadLetter[] = []
      for (const label of wanted(queue)) {
        const inQueue: DeadLetter[] = []
        await queues.look(label, async (letter) => {
          const facts = letterOf(letter)
          if (isOf(queue, label, facts)) inQueue.push(facts)
          return 'kept'
        })
        found.push(...inQueue.toSorted(byAge).slice(0, most))
      }
      return found
    },
    async counts() {
      const counts = new Map<string, number>()
      for (const label of labels()) counts.set(label, (await queues.count(label)) ?? 0)
      return counts
    },
    async show(id, queue) {
      const found: GetMessage[] = []
      await twice(async () => {
        for (const label of wanted(queue))
          await queues.look(label, async (letter) => {
            if (letterOf(letter).id !== id) return 'kept'
            found.push(letter)
            return 'last'
          })
        return found.length
      })
      return found[0] && shown(letterOf(found[0]), wireOf(found[0]))
    },
    redrive: (id, queue) => twice(() => takeEach(queue, (letter) => letter.id === id, putBack)),
    redriveParkedBefore: (before, most, queue) => takeEach(queue, (letter) => letter.parkedAt < before, putBack, most),
    drop: (id, queue) =>
      twice(() =>
        takeEach(
          queue,
          (letter) => letter.id === id,
          async () => true,
        ),
      ),
  }
}

async function twice(look: () => Promise<number>): Promise<number> {
  const found = await look()
  if (found > 0) return found
  await sleep(secondLookMs)
  return look()
}

function letterOf(letter: GetMessage): DeadLetter {
  const wire = wireOf(letter)
  const headers: Record<string, unknown> = letter.properties.headers ?? {}
  const text = (name: string) => textHeader(headers, name) ?? ''
  return {
    id: wire.messageId,
    queue: text(own.deadQueue),
    type: wire.routingKey,
    subject: textHeader(wire.headers, 'cloudEvents_subject') ?? '',
    reason: text(own.deadReason) as DeadLetter['reason'],
    attempt: countHeader(headers, own.attempt, 1),
    error: { name: text(own.deadErrorName), message: text(own.deadErrorMessage) },
    parkedAt: text(own.deadAt),
  }
}
