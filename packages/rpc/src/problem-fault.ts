import type { Problem, ProblemError } from '@toko/contracts'
import { problemDocument, ProblemDocument } from '@toko/http'
import { RpcFault } from '@toko/messaging'

/** `exc_path` of a problem, the only key that a Nameko caller can match on. */
const pathOf = (code: string) => `toko.errors.${code}`
const maxDocumentLength = 8_000

/** `insufficient-stock` → `InsufficientStock` */
const typeOf = (code: string) => code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * A problem as an error reply. Its arguments are its text and, as JSON text, the whole document with `retryAfterSeconds`
 * where HTTP has a header: texts are all that Nameko keeps unchanged.
 */
export function problemFault(problem: ProblemError, requestId: string): RpcFault {
  const { retryAfterSeconds } = problem.details
  const document = {
    ...problemDocument(problem, requestId),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
  }
  const text = document.detail ?? document.title
  const isRefusal = problem.status < 500
  return new RpcFault(typeOf(problem.code), pathOf(problem.code), text, [text, written(document)], { isRefusal })
}

/** A document too long to travel goes without what only it has. */
function written(document: Problem): string {
  const whole = JSON.stringify(document)
  if (whole.length <= maxDocumentLength) return whole
  const { type, title, status, code, requestId } = document
  return JSON.stringify({ type, title, status, code, requestId })
}

/** The document of an error reply that is a problem; undefined for every other. */
export function problemOf({ excPath, excArgs }: RpcFault): ProblemDocument | undefined {
  const text = excArgs[1]
  if (typeof text !== 'string') return undefined
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return undefined
  }
  const problem = ProblemDocument.safeParse(document).data
  return problem && excPath === pathOf(problem.code) ? problem : undefined
}
