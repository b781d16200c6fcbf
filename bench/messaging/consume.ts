import type { ConsumeMessage } from 'amqplib'
import type { Message } from '@toko/messaging'
import type { Contest } from './contest.ts'
import { openEventQueue } from './event-queue.ts'
import type { Surroundings } from './surroundings.ts'

/** Ten under way, as a subscription has them that says nothing. */
const [events, prefetch] = [3_000, 10]

/** One consumer that writes each event to MongoDB before it acknowledges; the queue is filled before. */
export async function consumeContest(around: Surroundings): Promise<Contest> {
  const from = await openEventQueue(around, 'written')

  /** From the first delivery to the last write. */
  function stopwatch() {
    const finished = Promise.withResolvers<number>()
    let handled = 0
    let startedMs = 0
    return {
      finished: finished.promise,
      async handle(message: Message): Promise<void> {
        startedMs ||= performance.now()
        await around.write(message)
      },
      count(): void {
        if (++handled === events) finished.resolve((events * 1000) / (performance.now() - startedMs))
      },
    }
  }

  async function bare(): Promise<number> {
    await from.fill(events)
    const { finished, handle, count } = stopwatch()
    const channel = await from.connection.createChannel()
    await channel.prefetch(prefetch)
    const take = async (delivery: ConsumeMessage | null) => {
      if (!delivery) throw new Error('the broker cancelled the consumer')
      await handle(readBare(delivery))
      channel.ack(delivery)
      count()
    }
    await channel.consume(from.queue, (delivery) => void take(delivery))
    const rate = await finished
    await channel.close()
    return rate
  }

  async function toko(): Promise<number> {
    await from.fill(events)
    const { finished, handle, count } = stopwatch()
    const bus = around.bus('consume')
    bus.subscribe({ ...from.subscription, prefetch }, async (message) => {
      await handle(message)
      count()
    })
    await bus.start?.()
    const rate = await finished
    await bus.stop?.()
    return rate
  }

  return { name: `consume with a write each, ${prefetch} at once`, goalRate: 1_000, bare, toko, close: from.close }
}

/** What a handler needs of a delivery, without any check. */
function readBare({ content, properties }: ConsumeMessage): Message {
  const headers = properties.headers as Record<string, string>
  return {
    id: headers['cloudEvents_id']!,
    source: headers['cloudEvents_source']!,
    type: headers['cloudEvents_type']!,
    subject: headers['cloudEvents_subject']!,
    time: headers['cloudEvents_time']!,
    version: Number(headers['cloudEvents_aggregateversion']),
    data: JSON.parse(content.toString()) as unknown,
  }
}
