import type { DomainEvent } from '@toko/contracts'
import type { OutboxEntry } from '@toko/database'

/** A waiting message with the event it was made of, so that a simulator's relay needs no copy of it. */
export interface MemoryOutboxEntry extends OutboxEntry {
  readonly event: DomainEvent
}

/** Entries whose ids are the same in every run: `<document id>/<rev>/<place>`. */
export function memoryOutboxEntries(id: string, rev: number, events: readonly DomainEvent[], nowMs: number) {
  return events.map((event, place): MemoryOutboxEntry => {
    const { definition, subject, version, data } = event
    return {
      id: `${id}/${rev}/${place}`,
      source: definition.source,
      type: definition.type,
      subject,
      ...(version === undefined ? {} : { version }),
      time: new Date(nowMs).toISOString(),
      trace: {},
      data,
      mandatory: definition.isCommand,
      event,
    }
  })
}
