import type { z } from 'zod'

/** An event type: who publishes it and what it carries. A command must reach somebody: it is published as mandatory. */
export interface EventDefinition<S extends z.ZodType = z.ZodType> {
  readonly source: string
  readonly type: string
  readonly data: S
  readonly isCommand: boolean
}
