import { CallError, ProblemAnswer } from '@toko/http'
import { UserFaultError } from '@toko/runtime'

/** Ends the command with its message alone and this exit code. */
export class Failure extends UserFaultError {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** One line for a person: what a service answered with title, code and request id, or that it could not be reached. */
export function explain(error: unknown): string {
  if (error instanceof ProblemAnswer) {
    const { title, status, code, detail, requestId } = error.problem
    const where = requestId ? `, request ${requestId}` : ''
    return `${error.target}: ${title}${detail ? ` (${detail})` : ''} [${status} ${code}${where}]`
  }
  if (error instanceof CallError) {
    const isAway = error.reason === 'refused' || error.reason === 'dns'
    return isAway ? `${error.target} is not running: start the shop with toko run` : error.message
  }
  if (error instanceof UserFaultError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
