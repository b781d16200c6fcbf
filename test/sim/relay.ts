import type { Broker } from './bus.ts'
import { messageOf, type Outboxes } from './outbox.ts'
import { callDatabase, type Replica } from './replica.ts'

/** A document whose messages wait for longer than this is drained by any replica. */
export const slowPathMs = 2000

/**
 * One replica's outbox relay: publishes a document's entries in order and then forgets them, one drain per document at a
 * time. The rules are those of packages/database/src/outbox-relay.ts.
 */
export class Relay {
  private readonly replica: Replica
  private readonly broker: Broker
  private readonly underWay = new Set<string>()

  constructor(replica: Replica, broker: Broker) {
    this.replica = replica
    this.broker = broker
    replica.onCrash.push(() => this.underWay.clear())
  }

  async drain(outboxes: Outboxes, id: string): Promise<void> {
    const key = `${outboxes.collection}/${id}`
    if (this.underWay.has(key) || !this.replica.isUp) return
    const entries = outboxes.waiting(id)
    if (entries.length === 0) return
    this.underWay.add(key)
    const done: string[] = []
    const { world } = this.replica
    try {
      for (const entry of entries) {
        await this.broker.publish(this.replica, messageOf(world, entry))
        done.push(entry.id)
      }
    } catch {
      // The rest waits for the slow path.
    }
    try {
      if (done.length > 0)
        await callDatabase(this.replica, `${outboxes.collection} forgets ${done.length} published`, 'write', async () =>
          outboxes.forget(id, done),
        )
    } catch {
      // Published again later: receivers expect it (R5).
    } finally {
      this.underWay.delete(key)
    }
    if (done.length === entries.length && outboxes.waiting(id).length > 0) await this.drain(outboxes, id)
  }
}
