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
  const done = new Set<string>()
  const forget = () => {
    declared.clear()
    done.clear()
  }
  const channel = keepOpen<OpenChannel>({
    clock,
    onTrouble,
    open: async () => {
      const opened = await plainChannel(await link.opened())
      forget()
      return opened
    },
  })

  /** Exchanges are known by their names alone: every publish asks for one, and putting a key together would cost more. */
  function once(key: string, declare: (open: OpenChannel) => Promise<unknown>): Promise<unknown> {
    const known = declared.get(key)
    if (known) return known
    const work = channel.opened().then(declare)
    declared.set(key, work)
    const isLatest = () => declared.get(key) === work
    work.then(
      () => isLatest() && done.add(key),
      () => isLatest() && declared.delete(key),
    )
    return work
  }

  return {
    start: channel.start,
    stop: channel.stop,
    /** True when there is nothing to wait for. */
    hasExchange: (name: string) => done.has(name),
    /** A topic exchange with exactly Nameko's arguments. */
    exchange: (name: string) => once(name, (open) => open.channel.assertExchange(name, 'topic', { durable: true })),
    queue: ({ name, options }: QueueToDeclare) =>
      once(`queue ${name}`, (open) => open.channel.assertQueue(name, options)),
    /** Somebody deleted something: all of it is declared again when it is needed. */
    forget,
  }
}

export type Declarer = ReturnType<typeof createDeclarer>
