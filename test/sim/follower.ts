import { orderEvents } from '@toko/contracts'
import type { EventHandler } from '@toko/messaging'
import { byType } from './bus.ts'
import { callDatabase, type Replica } from './replica.ts'

/** A consumer as mail, search or statistics are: it keeps what it has seen of each order (R8, I12). */
export class Follower {
  /** Versions heard of, by order. */
  readonly heard = new Map<string, Set<number>>()

  handlersIn(replica: Replica): ReturnType<typeof byType> {
    const handle: EventHandler['handle'] = async ({ subject, version = 0, type }) =>
      callDatabase(replica, `follower notes ${type}`, 'write', async () => {
        const known = this.heard.get(subject)
        if (known) known.add(version)
        else this.heard.set(subject, new Set([version]))
      })
    return byType(() => Object.values(orderEvents).map((definition) => ({ definition, name: 'note', handle })))
  }
}
