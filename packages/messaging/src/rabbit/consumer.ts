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

/** Messages that came back are taken one by one: more than a few crashed replicas can have held, less than a long queue. */
const mostAlone = 100

/**
 * One subscription on a channel of its own: declares its queue on every new channel, takes at most `prefetch` messages at
 * once, and answers each on the channel it came from. Once cancelled it only keeps the queue declared.
 * It begins with one message at a time, and takes more with the first that nobody had before: what a consumer held when it
 * died comes back first, and the one that it died of must take no other along again.
 */
export function createConsumer(options: ConsumerOptions) {
  const { link, queue, prefetch, consume, clock, log, redeclareMs } = options
  const newTag = () => `${queue.label}-${randomUUID()}`
  /** Of the consumer that takes one message, and of the one that takes the others. */
  const [first, others] = [newTag(), newTag()]
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
        if (isConsuming) await consumeCarefully(opened)
      } catch (error) {
        await opened.close()
        throw error
      }
      keepDeclared(opened)
      return opened
    },
  })

  async function consumeCarefully(opened: OpenChannel): Promise<void> {
    let alone = 0
    let isCareful = prefetch > 1
    const onMessage = (message: ConsumeMessage | null) => {
      if (message && isCareful && (!message.fields.redelivered || ++alone > mostAlone)) {
        isCareful = false
        consumeAtMost(prefetch - 1, others).catch(() => {}) // its channel has ended
      }
      void take(opened, message)
    }
    async function consumeAtMost(most: number, consumerTag: string): Promise<void> {
      await opened.channel.prefetch(most)
      await opened.channel.consume(queue.name, onMessage, { consumerTag })
      if (!isConsuming) await opened.channel.cancel(consumerTag)
    }
    await consumeAtMost(1, first)
  }

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
      if (!opened.isOpen()) return
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
    if (wasConsuming && opened?.isOpen())
      // A broker says yes to a tag that it does not know.
      await patiently(Promise.all([first, others].map((tag) => opened.channel.cancel(tag))))
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
