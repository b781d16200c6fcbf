import type { Response } from 'express'
import { errors, type Problem, ProblemError } from '@toko/contracts'
import { CallError } from '../client/call-errors.ts'

/** Turns library errors into catalogue errors, e.g. an unreachable database; undefined for what it doesn't know. */
export type ErrorTranslator = (error: unknown) => ProblemError | undefined

/** Errors of Express' body parser and router, by their own `type` or class. */
function translateExpress(error: unknown): ProblemError | undefined {
  if (error instanceof URIError) return errors.notFound()
  if (typeof error !== 'object' || error === null) return undefined
  const { type, status } = error as { type?: unknown; status?: unknown }
  if (type === 'entity.too.large') return errors.payloadTooLarge()
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return errors.unsupportedMediaType()
  if (type === 'entity.parse.failed')
    return errors.validation({ errors: [{ pointer: '/', code: 'invalid-json', detail: 'not valid JSON' }] })
  if (typeof type === 'string' && typeof status === 'number' && status >= 400 && status < 500)
    return errors.validation()
  return undefined
}

/** A called service without a usable answer: the client may try again. */
const translateCall = (error: unknown) =>
  error instanceof CallError ? errors.dependencyUnavailable({ retryAfterSeconds: 1, cause: error }) : undefined

/** The promised problem for any error; what nobody promised becomes `internal`, without detail. */
export function toProblem(error: unknown, translators: readonly ErrorTranslator[]): ProblemError {
  if (error instanceof ProblemError) return error
  for (const translate of [translateExpress, translateCall, ...translators]) {
    const problem = translate(error)
    if (problem) return problem
  }
  return errors.internal({ cause: error })
}

/** The document that tells a client of a problem. */
export function problemDocument(problem: ProblemError, requestId: string): Problem {
  const { detail, errors: faults, extensions } = problem.details
  return {
    ...extensions,
    type: `https://toko.test/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(detail === undefined || problem.status === 500 ? {} : { detail }),
    ...(faults ? { errors: [...faults] } : {}),
    requestId,
  }
}

export function sendProblem(response: Response, problem: ProblemError, requestId: string): void {
  const { retryAfterSeconds } = problem.details
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(Math.ceil(retryAfterSeconds)))
  response.setHeader('Cache-Control', 'no-store')
  const body = Buffer.from(JSON.stringify(problemDocument(problem, requestId)))
  response
    .writeHead(problem.status, { 'content-type': 'application/problem+json', 'content-length': body.length })
    .end(body)
}
