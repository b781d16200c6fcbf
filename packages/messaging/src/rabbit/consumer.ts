import { randomUUID } from 'node:crypto'
import type { Logger } from '@toko/runtime'
import type { Channel, ConsumeMessage } from 'amqplib'
import type { BusClock } from '../bus-clock.ts'
import type { Consume } from '../consuming/verdict.ts'
import { type OpenChannel, plainChannel } from './channel.ts'
import { patiently } from './patiently.ts'
import type { Connection } from './connection.ts'
import { createConclude } from './conclude.ts'
import type { Disposal } from './disposal.ts'
import { type KeptOpen, keepOpen } from './keep-open.ts'
import type { QueueSpec } from './queue-spec.ts'

interface ConsumerOptions {
  readonly link: KeptOpen<Connection>
  readonly queue: QueueSpec
  readonly prefetch: number
  readonly consume: Consume
  readonly disposal: Disposal
  readonly clock: BusClock
  readonly log: Logger
  readonly redeclareMs: number
  readonly isConsuming: boolean
}

export type Consumer = ReturnType<typeof createConsumer>

/**
 * One subscription on a channel of its own: declares its queue on every new channel, takes at most `prefetch` messages at
 * once, and answers each on the channel it came from. Once cancelled it only keeps the queue declared.
 */
export function createConsumer(options: ConsumerOptions) {
  const { link, queue, prefetch, consume, clock, log, redeclareMs } = options
  const consumerTag = `${queue.label}-${randomUUID()}`
  let { isConsuming } = options
  let underWay = 0
  let onIdle = () => {}
  const conclude = createConclude({ ...options, isActive: () => isConsuming })

  const session = keepOpen<OpenChannel>({
    clock,
    onTrouble: (error) => log.warn({ queue: queue.name, err: error }, 'consumer interrupted; it starts again'),
    async open() {
      const opened = await plainChannel(await link.opened())
      try {
        await declare(opened.channel)
        if (isConsuming) {
          await opened.channel.prefetch(prefetch)
          await opened.channel.consume(queue.name, (message) => void take(opened, message), { consumerTag })
          if (!isConsuming) await opened.channel.cancel(consumerTag)
        }
      } catch (error) {
        await opened.close()
        throw error
      }
      keepDeclared(opened)
      return opened
    },
  })

  async function declare(channel: Channel): Promise<void> {
    await channel.assertExchange(queue.exchange, 'topic', { durable: true })
    await channel.assertQueue(queue.name, queue.options)
    await channel.bindQueue(queue.name, queue.exchange, queue.pattern)
  }

  function keepDeclared(opened: OpenChannel): void {
    let callOff = () => {}
    const plan = () => {
      callOff = clock.after(redeclareMs, () => {
        // When it fails, its channel has ended with it, and is made anew.
        if (opened.isOpen()) declare(opened.channel).then(plan, () => {})
      })
    }
    void opened.closed.then(() => callOff())
    plan()
  }

  async function take(opened: OpenChannel, message: ConsumeMessage | null): Promise<void> {
    if (!message) {
      log.warn({ queue: queue.name }, 'the broker cancelled a consumer, as when its queue is deleted')
      return opened.close()
    }
    if (!isConsuming) return opened.answer('reject', message)
    underWay++
    try {
      await conclude(opened, message, consume)
    } finally {
      if (--underWay === 0) onIdle()
    }
  }

  /** Takes no more; resolves when what is under way has ended. */
  async function cancel(): Promise<void> {
    const wasConsuming = isConsuming
    isConsuming = false
    const opened = session.current()
    if (wasConsuming && opened?.isOpen()) await patiently(opened.channel.cancel(consumerTag))
    if (underWay > 0) await new Promise<void>((resolve) => (onIdle = resolve))
  }

  return {
    queue,
    start: session.start,
    stop: session.stop,
    tried: session.tried,
    cancel,
    underWay: () => underWay,
    async unsubscribe(): Promise<void> {
      await cancel()
      if (!queue.isTemporary) return
      const opened = session.current()
      if (opened?.isOpen()) await patiently(opened.channel.deleteQueue(queue.name))
      await session.stop()
    },
  }
}
