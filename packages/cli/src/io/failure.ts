import type { CallError, ProblemAnswer } from '@toko/http'

/** Ends the command with its message alone and this exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

// Told by their names: the HTTP client is loaded only by commands that call somebody.
const isProblem = (error: Error): error is ProblemAnswer => error.name === 'ProblemAnswer'
const callErrors: ReadonlySet<string> = new Set(['CallNotSentError', 'CallUnknownError', 'DeadlineExceededError'])
const isCallError = (error: Error): error is CallError => callErrors.has(error.name)

/** One line for a person: what a service answered with title, code and request id, or that it could not be reached. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isProblem(error)) {
    const { title, status, code, detail, requestId } = error.problem
    const where = requestId ? `, request ${requestId}` : ''
    return `${error.target}: ${title}${detail ? ` (${detail})` : ''} [${status} ${code}${where}]`
  }
  if (isCallError(error)) {
    const isAway = error.reason === 'refused' || error.reason === 'dns'
    return isAway ? `${error.target} is not running: start the shop with toko run` : error.message
  }
  return error instanceof Failure ? error.message : (error.stack ?? error.message)
}
