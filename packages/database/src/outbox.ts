import { context, propagation } from '@opentelemetry/api'
import { type DomainEvent, newId } from '@toko/contracts'

/** A message that waits in its aggregate's document until it is published (R2). Has the shape of a bus message. */
export interface OutboxEntry {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly version?: number
  readonly time: string
  readonly trace: Readonly<Record<string, string>>
  readonly data: unknown
  /** A command must reach somebody. */
  readonly mandatory: boolean
}

/** What every aggregate's document holds beside its own fields. */
export interface Aggregate {
  readonly _id: string
  /** +1 with every write; the API's ETag. */
  readonly rev: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly outbox: readonly OutboxEntry[]
  /** Last time a relay took the entries or one was added; exists only while there are any. */
  readonly outboxAt?: Date
}

/** W3C context of the span that is active now; empty when tracing is off. */
function captureTrace(): Record<string, string> {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  return carrier
}

/** Entries for events, with the trace of the work that causes them. */
export function outboxEntries(events: readonly DomainEvent[], nowMs: number): OutboxEntry[] {
  return events.map(({ definition, subject, version, data }) => ({
    id: newId('evt'),
    source: definition.source,
    type: definition.type,
    subject,
    ...(version === undefined ? {} : { version }),
    time: new Date(nowMs).toISOString(),
    trace: captureTrace(),
    data,
    mandatory: definition.isCommand,
  }))
}
