import type { DomainEvent } from '@toko/contracts'
import type { Message } from '@toko/messaging'
import type { World } from './world.ts'

/** A message that waits in its document. */
export interface Waiting {
  readonly id: string
  readonly event: DomainEvent
}

/** Outboxes of one collection, whatever store they are kept in. */
export interface Outboxes {
  readonly collection: string
  waiting(id: string): readonly Waiting[]
  /** Ids of documents that have any. */
  ids(): readonly string[]
  /** `$pull` of what was published. */
  forget(id: string, entryIds: readonly string[]): void | Promise<void>
}

export function messageOf(world: World, { id, event }: Waiting): Message {
  const { definition, subject, version, data } = event
  return {
    id,
    source: definition.source,
    type: definition.type,
    subject,
    ...(version === undefined ? {} : { version }),
    time: String(world.now),
    data,
  }
}
