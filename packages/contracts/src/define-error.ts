import type { InputFault } from './problem.ts'

interface ProblemDetails {
  /** One sentence for a person; never secrets, hosts or stacks. */
  readonly detail?: string
  readonly errors?: readonly InputFault[]
  /** Further members of the problem document, as the catalogue documents them. */
  readonly extensions?: Readonly<Record<string, unknown>>
  /** Seconds until a retry makes sense; becomes the Retry-After header. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** A failure that the API promises: the edge turns it into a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: string
  readonly status: number
  readonly title: string
  readonly details: ProblemDetails

  constructor(code: string, status: number, title: string, details: ProblemDetails) {
    super(details.detail ?? title, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.status = status
    this.title = title
    this.details = details
  }
}

/** An entry of the error catalogue: call it to make the error. */
export interface ErrorDefinition {
  (details?: ProblemDetails): ProblemError
  readonly code: string
  readonly status: number
  readonly title: string
}

export function defineError(code: string, status: number, title: string): ErrorDefinition {
  return Object.assign((details: ProblemDetails = {}) => new ProblemError(code, status, title, details), {
    code,
    status,
    title,
  })
}
