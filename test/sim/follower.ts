import type { Message } from '@toko/messaging'
import { callDatabase, type Replica } from './replica.ts'

/** A consumer as mail, search or statistics are: it keeps what it has seen of each order (R8, I12). */
export class Follower {
  /** Versions heard of, by order. */
  readonly heard = new Map<string, Set<number>>()

  handlerIn(replica: Replica): (message: Message) => Promise<void> {
    return async ({ subject, version = 0, type }) =>
      callDatabase(replica, `follower notes ${type}`, 'write', async () => {
        const known = this.heard.get(subject)
        if (known) known.add(version)
        else this.heard.set(subject, new Set([version]))
      })
  }
}
