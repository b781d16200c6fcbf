import { decodeMessage, type Wire } from '../envelope.ts'
import type { Message, MessageHandler } from '../message.ts'
import { type Processing, processOnce } from './processing.ts'
import { ack, type Consume, judge, type RetryPolicy } from './verdict.ts'

interface EventConsumer extends Processing {
  readonly queue: string
  /** The queue's name in metrics: without a broadcast's id. */
  readonly label: string
  readonly retry: RetryPolicy
  readonly handler: MessageHandler
}

/** Decodes, handles and judges one delivery of an event. */
export function consumeEvent({ queue, label, retry, handler, ...processing }: EventConsumer): Consume {
  const { log, metrics, clock } = processing
  return async (wire, info) => {
    let message: Message
    try {
      message = decodeMessage(wire)
    } catch (error) {
      return { kind: 'park', reason: 'undecodable', error }
    }
    metrics.age.observe({ queue: label }, ageSeconds(message, clock.now()))
    const { attempt, redelivered } = info
    const handle = async () => handler(message, { attempt, queue, redelivered })
    const outcome = await processOnce(processing, label, wire, info, handle)
    if (!('error' in outcome)) return ack
    const verdict = judge(outcome.error, attempt, retry)
    if (verdict.kind === 'retry')
      log.warn(facts(queue, wire, message, attempt, verdict.afterMs, outcome.error), 'handler failed')
    return verdict
  }
}

function facts(queue: string, wire: Wire, { subject }: Message, attempt: number, retryInMs: number, err: unknown) {
  return { queue, message_id: wire.messageId, subject, attempt, retryInMs, err }
}

/** Never below 0: the publisher's clock may be ahead of ours. */
function ageSeconds({ time }: Message, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(time)) / 1000
}
