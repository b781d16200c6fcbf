import { InputFault, Problem } from '@toko/contracts'
import { z } from 'zod'

/** Request header: the id of a request through all services. */
export const requestIdHeader = 'x-request-id'

/** Request header: whole milliseconds that the caller still waits. A duration, so clocks need not agree. */
export const requestTimeoutHeader = 'x-request-timeout-ms'

/** Kept back at every hop for the way home (kubernetes.md, "Deadlines"). */
export const hopReserveMs = 50

/**
 * Member of a 503 problem document: the server refused before any side effect, so the caller may count the request as
 * never sent. Without it a 503 is an unknown outcome; `overloaded` says so by its code alone.
 */
export const notStarted = { started: false } as const

/** As the catalogue's Problem, but a newer callee may add members to each fault. */
export const ProblemDocument = Problem.extend({ errors: z.array(z.looseObject(InputFault.shape)).optional() })
export type ProblemDocument = z.infer<typeof ProblemDocument>

export function saysNotStarted(problem: ProblemDocument): boolean {
  if (problem.code === 'overloaded') return true
  return problem.code === 'dependency-unavailable' && problem['started'] === notStarted.started
}
