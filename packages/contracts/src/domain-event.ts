import type { z } from 'zod'
import type { EventDefinition } from './event-definition.ts'

/** An event as the core decides it, still without id, time and trace. */
export interface DomainEvent {
  readonly definition: EventDefinition
  /** Id of the aggregate it is about. */
  readonly subject: string
  /** The aggregate's version after the change (R8). */
  readonly version?: number
  readonly data: unknown
}

/** Makes an event whose data fits its definition. */
export function happened<S extends z.ZodType>(
  definition: EventDefinition<S>,
  event: { readonly subject: string; readonly version?: number; readonly data: z.input<S> },
): DomainEvent {
  return { definition, ...event }
}
