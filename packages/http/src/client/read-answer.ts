import type { Response } from 'node-fetch'
import type { ZodError, ZodType } from 'zod'
import { readTolerantly } from '@toko/contracts'
import { retryAfterMs } from './backoff.ts'
import { CallNotSentError, CallUnknownError } from './call-errors.ts'
import type { Answers } from './client-options.ts'
import { problemFailure } from './problem-failure.ts'
import { ProblemDocument } from './wire.ts'

interface RawAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers: Response['headers']
}

/**
 * Reads the body to its end, so that the connection can be used again, and sorts the answer.
 * @returns an accepted answer @throws CallNotSentError, CallUnknownError, ProblemAnswer; node-fetch's errors pass
 */
export async function readAnswer(response: Response, accepted: Answers, target: string): Promise<RawAnswer> {
  const bytes = await response.arrayBuffer()
  const { status, headers } = response
  const type = headers.get('content-type') ?? ''
  if (Object.hasOwn(accepted, status)) {
    const schema = accepted[status] ?? null
    return { status, headers, body: schema && parse(schema, bytes, type, target, status) }
  }
  const problem = ProblemDocument.safeParse(status >= 400 && decode(bytes, type)).data
  const failure = { target, status, retryAfterMs: retryAfterMs(headers.get('retry-after')) }
  if (problem?.status === status) throw problemFailure(target, problem, failure.retryAfterMs)
  if (status === 429) throw new CallNotSentError('rate-limited', failure)
  if (status >= 500) throw new CallUnknownError('server-error', { ...failure, message: `answered ${status}` })
  const message = `answered ${status}, which is not expected`
  throw new CallUnknownError(status >= 300 && status < 400 ? 'redirect' : 'malformed', { ...failure, message })
}

function parse(schema: ZodType, bytes: ArrayBuffer, type: string, target: string, status: number): unknown {
  const result = readTolerantly(schema, decode(bytes, type))
  if (result.success) return result.data
  throw new CallUnknownError('malformed', { target, status, message: `the answer ${status} ${misfit(result.error)}` })
}

/** How an answer differs from its schema: paths and codes only, since a message may quote values. */
export function misfit({ issues }: ZodError): string {
  const faults = issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'body'} ${issue.code}`)
  return `does not fit its schema: ${faults.join(', ')}`
}

/** The JSON value, or undefined when the body is not JSON by its content type, its encoding or its text. */
function decode(bytes: ArrayBuffer, type: string): unknown {
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
