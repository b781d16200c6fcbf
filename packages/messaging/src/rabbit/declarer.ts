import type { Options } from 'amqplib'
import type { BusClock } from '../bus-clock.ts'
import { plainChannel, type OpenChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import { type KeptOpen, keepOpen } from './keep-open.ts'

interface QueueToDeclare {
  readonly name: string
  readonly options: Options.AssertQueue
}

/**
 * Declares what a publish needs, once per connection, on a channel of its own: a refused declaration ends its channel,
 * and with it every unconfirmed publish there.
 */
export function createDeclarer(link: KeptOpen<Connection>, clock: BusClock, onTrouble: (error: unknown) => void) {
  const declared = new Map<string, Promise<unknown>>()
  const channel = keepOpen<OpenChannel>({
    clock,
    onTrouble,
    open: async () => {
      const opened = await plainChannel(await link.opened())
      declared.clear()
      return opened
    },
  })

  function once(key: string, declare: (open: OpenChannel) => Promise<unknown>): Promise<unknown> {
    const known = declared.get(key)
    if (known) return known
    const work = channel.opened().then(declare)
    declared.set(key, work)
    work.catch(() => declared.get(key) === work && declared.delete(key))
    return work
  }

  return {
    start: channel.start,
    stop: channel.stop,
    /** A topic exchange with exactly Nameko's arguments. */
    exchange: (name: string) =>
      once(`exchange ${name}`, (open) => open.channel.assertExchange(name, 'topic', { durable: true })),
    queue: ({ name, options }: QueueToDeclare) =>
      once(`queue ${name}`, (open) => open.channel.assertQueue(name, options)),
    /** Somebody deleted something: all of it is declared again when it is needed. */
    forget: () => declared.clear(),
  }
}

export type Declarer = ReturnType<typeof createDeclarer>
