import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@toko/runtime'
import type { ConsumeMessage } from 'amqplib'
import type { BusClock } from '../bus-clock.ts'
import type { Consume, DeliveryInfo, Verdict } from '../consuming/verdict.ts'
import type { Wire } from '../envelope.ts'
import { infoOf, wireOf } from './amqp-message.ts'
import type { OpenChannel } from './channel.ts'
import type { Disposal } from './disposal.ts'
import { countHeader } from './own-headers.ts'
import type { QueueSpec } from './queue-spec.ts'

interface ConcludeOptions {
  readonly queue: QueueSpec
  readonly disposal: Disposal
  readonly clock: BusClock
  readonly log: Logger
  readonly isActive: () => boolean
}

/** Below the 20 at which RabbitMQ 4 drops a message by default. Deliveries without an end: it kills its consumers. */
const mostReturns = 10
/** A message that can be neither handled nor put aside goes back after this: not in a hot loop. */
const handBackPauseMs = 1_000

/** Handles one delivery to its end: handled → ack; failed → its copy is confirmed elsewhere → ack; neither → reject. */
export function createConclude({ queue, disposal, clock, log, isActive }: ConcludeOptions) {
  async function settle(message: ConsumeMessage, wire: Wire, info: DeliveryInfo, consume: Consume): Promise<void> {
    const returns = countHeader(message.properties.headers ?? {}, 'x-delivery-count', 0)
    const verdict = returns > mostReturns ? crashing(returns) : await consume(wire, info)
    const failed = { queue, message, wire, info }
    if (verdict.kind === 'park') return disposal.park(failed, verdict)
    if (verdict.kind === 'ack') return
    if (!queue.isTemporary) return disposal.retry(failed, verdict.afterMs)
    // A broadcast's queue ends with its subscription, and a retry queue would outlive it: the message waits in its place.
    await new Promise<void>((resolve) => clock.after(verdict.afterMs, resolve))
    if (isActive()) await settle(message, wire, { ...info, attempt: info.attempt + 1, redelivered: true }, consume)
  }

  return async (opened: OpenChannel, message: ConsumeMessage, consume: Consume): Promise<void> => {
    try {
      await settle(message, wireOf(message), infoOf(message), consume)
      opened.answer('ack', message)
    } catch (error) {
      log.warn({ queue: queue.name, err: error }, 'a delivery could not be concluded; it is handed back')
      if (isActive()) await sleep(handBackPauseMs)
      opened.answer('reject', message)
    }
  }
}

function crashing(returns: number): Verdict {
  return { kind: 'park', reason: 'crashing', error: new Error(`delivered ${returns} times without an end`) }
}
