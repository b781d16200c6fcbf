import { randomUUID } from 'node:crypto'
import type { Logger } from '@toko/runtime'
import type { ConsumeMessage } from 'amqplib'
import type { BusMetrics } from '../bus-metrics.ts'
import { errorFacts } from '../dead-letters.ts'
import { textHeader, type Wire } from '../envelope.ts'
import { UnroutableError } from '../errors.ts'
import type { DeliveryInfo, Verdict } from '../consuming/verdict.ts'
import type { Declarer } from './declarer.ts'
import { own } from './own-headers.ts'
import type { Publisher } from './publisher.ts'
import { deadLetterQueue, type QueueSpec, retryQueue } from './queue-spec.ts'

interface Failed {
  readonly queue: QueueSpec
  readonly message: ConsumeMessage
  readonly wire: Wire
  readonly info: DeliveryInfo
}

interface DisposalOptions {
  readonly publisher: Publisher
  readonly declarer: Declarer
  readonly log: Logger
  readonly metrics: BusMetrics
  readonly now: () => number
  /** Share of a pause that is left out at random: the queue's own TTL is the longest pause. */
  readonly jitter: number
  /** Told the label of a queue when one of its messages was parked. */
  readonly onParked: (label: string) => void
}

/** A header is not the place for a stack or a page of text. */
const maxErrorLength = 1_024

export type Disposal = ReturnType<typeof createDisposal>

/**
 * Where failed messages go: a confirmed copy into the retry or dead-letter queue; the consumer acknowledges the original
 * after it. A crash in between duplicates, which handlers expect (R5). A rejected message could carry no reason.
 */
export function createDisposal({ publisher, declarer, log, metrics, now, jitter, onParked }: DisposalOptions) {
  async function copy({ message, wire }: Failed, target: Parameters<Declarer['queue']>[0], changes: CopyChanges) {
    const headers = {
      ...wire.headers,
      [own.originExchange]: wire.exchange,
      [own.originKey]: wire.routingKey,
      ...(message.properties.headers?.[own.redriven] === true && { [own.redriven]: true }),
      ...changes.headers,
    }
    const { properties, content } = message
    const { contentType, contentEncoding, correlationId, replyTo, type, timestamp, appId } = properties
    const kept = { contentType, contentEncoding, correlationId, replyTo, type, timestamp, appId, deliveryMode: 2 }
    const expiration = changes.expirationMs === undefined ? {} : { expiration: changes.expirationMs }
    const outgoing = {
      exchange: '',
      routingKey: target.name,
      body: content,
      properties: { ...kept, ...expiration, messageId: changes.messageId ?? wire.messageId, headers },
    }
    await declarer.queue(target)
    try {
      await publisher.publish(outgoing, { mandatory: true })
    } catch (error) {
      if (!(error instanceof UnroutableError)) throw error
      declarer.forget() // somebody deleted the queue
      await declarer.queue(target)
      await publisher.publish(outgoing, { mandatory: true })
    }
  }

  return {
    retry(failed: Failed, afterMs: number): Promise<void> {
      const headers = { [own.attempt]: failed.info.attempt + 1 }
      const expirationMs = Math.round(afterMs * (1 - jitter * Math.random()))
      return copy(failed, retryQueue(failed.queue.name, afterMs), { headers, expirationMs })
    },
    async park(failed: Failed, { reason, error: cause }: Verdict & { kind: 'park' }): Promise<void> {
      const { queue, wire, info } = failed
      const error = errorFacts(cause)
      // A foreign message may come without any id: a person could not name it.
      const messageId = wire.messageId || `parked-${randomUUID()}`
      const headers = {
        [own.attempt]: info.attempt,
        [own.deadReason]: reason,
        [own.deadQueue]: queue.name,
        [own.deadErrorName]: error.name.slice(0, maxErrorLength),
        [own.deadErrorMessage]: error.message.slice(0, maxErrorLength),
        [own.deadAt]: new Date(now()).toISOString(),
      }
      await copy(failed, deadLetterQueue(queue.label), { headers, messageId })
      metrics.deadLetters.inc({ queue: queue.label })
      onParked(queue.label)
      const subject = textHeader(wire.headers, 'cloudEvents_subject') ?? ''
      const facts = {
        queue: queue.name,
        message_id: messageId,
        subject,
        attempt: info.attempt,
        reason,
        err: cause,
      }
      log.error(facts, 'message parked')
    },
  }
}

interface CopyChanges {
  readonly headers: Readonly<Record<string, unknown>>
  readonly expirationMs?: number
  readonly messageId?: string
}
