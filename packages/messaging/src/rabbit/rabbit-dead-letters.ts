import { setTimeout as sleep } from 'node:timers/promises'
import type { GetMessage } from 'amqplib'
import { type DeadLetter, type DeadLetters, shown } from '../dead-letters.ts'
import { textHeader } from '../envelope.ts'
import { UnroutableError } from '../errors.ts'
import { wireOf } from './amqp-message.ts'
import { plainChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import type { KeptOpen } from './keep-open.ts'
import { countHeader, own, publishedHeaders } from './own-headers.ts'
import type { Publisher } from './publisher.ts'
import { deadLetterQueue } from './queue-spec.ts'

interface RabbitDeadLettersOptions {
  readonly link: KeptOpen<Connection>
  readonly publisher: Publisher
  /** Labels of the queues that this process has subscribed to. */
  readonly labels: () => readonly string[]
}

/** More than this is not looked through. */
const maxLetters = 10_000
/** A broadcast's queue name ends with the id of its subscription, its dead letters are with all of its kind. */
const broadcastId = /-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** True when the letter is done with; else it stays. */
type Look = (letter: GetMessage) => Promise<boolean> | boolean

/** The dead-letter queues, looked through message by message: what is not taken goes back when the look ends. */
export function createRabbitDeadLetters({ link, publisher, labels }: RabbitDeadLettersOptions): DeadLetters {
  async function look(queue: string | undefined, each: Look): Promise<void> {
    const wanted = queue === undefined ? labels() : [queue.replace(broadcastId, '')]
    for (const label of new Set(wanted)) await lookInto(deadLetterQueue(label).name, each)
  }

  async function lookInto(name: string, each: Look): Promise<void> {
    const opened = await plainChannel(await link.opened())
    let kept = 0
    try {
      const { messageCount } = await opened.channel.checkQueue(name)
      for (let left = Math.min(messageCount, maxLetters); left > 0; left--) {
        const letter = await opened.channel.get(name)
        if (!letter) break
        if (await each(letter)) opened.channel.ack(letter)
        else kept++
      }
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error // nothing was ever parked there
    } finally {
      await opened.close()
    }
    if (kept > 0) await whenBack(name, kept)
  }

  /** The broker gives back what a closed channel had taken a moment later: the next look must find it. */
  async function whenBack(name: string, count: number): Promise<void> {
    const opened = await plainChannel(await link.opened())
    for (let tries = 0; tries < 50; tries++) {
      if ((await opened.channel.checkQueue(name)).messageCount >= count) break
      await sleep(20)
    }
    await opened.close()
  }

  async function takeEach(id: string, queue: string | undefined, take: (letter: GetMessage) => Promise<boolean>) {
    let taken = 0
    await look(queue, async (letter) => {
      const facts = letterOf(letter)
      if (facts.id !== id || (queue !== undefined && facts.queue !== queue) || !(await take(letter))) return false
      taken++
      return true
    })
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
    async list(queue) {
      const found: DeadLetter[] = []
      await look(queue, (letter) => {
        found.push(letterOf(letter))
        return false
      })
      return found.filter((letter) => queue === undefined || letter.queue === queue)
    },
    async show(id, queue) {
      const found: GetMessage[] = []
      await look(queue, (letter) => {
        if (letterOf(letter).id === id) found.push(letter)
        return false
      })
      return found[0] && shown(letterOf(found[0]), wireOf(found[0]))
    },
    redrive: (id, queue) => takeEach(id, queue, putBack),
    drop: (id, queue) => takeEach(id, queue, async () => true),
  }
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
