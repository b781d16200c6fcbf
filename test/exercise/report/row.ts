import type { Truth } from '../faults/fault.ts'
import type { Cause } from '../responder/signals.ts'

/** What one fault showed. */
export interface Row {
  readonly name: string
  readonly detail: string
  readonly truth: Truth
  readonly mustStaySilent: boolean
  /** Objectives that were missed: as clients counted, or as the services did. */
  readonly breached: readonly string[]
  /** The first alert; undefined where none came. */
  readonly alert: string | undefined
  readonly detectSeconds: number | undefined
  readonly found: Found | undefined
  /** The same alert with logs alone. */
  readonly blind: Found | undefined
  readonly links: Counted
  /** It had an effect: an alert, a missed objective, or its own sign. */
  readonly hasBitten: boolean
  /** Nothing fired and nothing was bad any more some time after its end. */
  readonly isOver: boolean
}

export interface Found {
  readonly causes: readonly Cause[]
  readonly steps: number
  readonly seconds: number
}

/** So many of so many. */
export interface Counted {
  readonly good: number
  readonly all: number
}

/** Whether a named cause is the true one: place, operation and kind of error, as far as the truth has them. */
export function isTrue(cause: Cause, { service, operation, errorType }: Truth): boolean {
  return (
    cause.service === service &&
    (operation?.test(cause.operation) ?? true) &&
    (errorType === undefined || (cause.errorType !== null && errorType.test(cause.errorType)))
  )
}

/** Place of the true cause among those named, from 1; 0 where it is not there. */
export const rankOf = (found: Found | undefined, truth: Truth): number =>
  (found?.causes.findIndex((cause) => isTrue(cause, truth)) ?? -1) + 1
