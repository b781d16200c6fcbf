import {
  IncorrectSignatureError,
  MalformedRequestError,
  MethodNotFoundError,
  RemoteError,
  RpcFault,
} from './rpc-errors.ts'

/** Nameko's error part of a reply (messaging.md, "Errors"). */
export interface ErrorEnvelope {
  readonly exc_type: string
  readonly exc_path: string
  readonly exc_args: readonly unknown[]
  readonly value: string
}

/** A `value` longer than this is cut: it goes into logs and pages of other services. */
const maxValueLength = 1024
/** An argument may hold a document that a program reads, so there is more room in it. */
const maxArgLength = 8 * 1024
const stableCode = /^[a-z][a-z0-9-]{0,63}$/

/** What the caller may know: a chosen fault, or an error with a stable code. Anything else stays in our own log. */
export function toErrorEnvelope(error: unknown): ErrorEnvelope {
  if (error instanceof RemoteError)
    return envelope('RemoteError', 'nameko.exceptions.RemoteError', [error.excType, error.value], error.message)
  if (error instanceof RpcFault) return envelope(error.excType, error.excPath, error.excArgs, error.message)
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && stableCode.test(error.code))
    return envelope(error.name, `toko.errors.${error.code}`, [error.message], error.message)
  return envelope('InternalError', 'toko.errors.internal-error', ['internal error'], 'internal error')
}

/** A result that cannot travel, as Nameko says it. */
export function unserializable(error: unknown): ErrorEnvelope {
  const value = error instanceof Error ? error.message : 'result is not serializable'
  return envelope('UnserializableValueError', 'nameko.exceptions.UnserializableValueError', [], value)
}

/** Re-creates the three that Nameko re-creates; all others are RemoteError. */
export function fromErrorEnvelope(received: unknown): RpcFault {
  const { exc_type: type, exc_path: path, exc_args: args, value } = received as Partial<Record<string, unknown>>
  const text = typeof value === 'string' ? value : ''
  const excArgs: readonly unknown[] = Array.isArray(args) ? args : []
  if (path === 'nameko.exceptions.MethodNotFound') return new MethodNotFoundError(text)
  if (path === 'nameko.exceptions.IncorrectSignature') return new IncorrectSignatureError(text)
  if (path === 'nameko.exceptions.MalformedRequest') return new MalformedRequestError(text)
  return new RemoteError({
    excType: typeof type === 'string' ? type : 'Error',
    excPath: typeof path === 'string' ? path : '',
    excArgs,
    value: text,
  })
}

function envelope(type: string, path: string, args: readonly unknown[], value: string): ErrorEnvelope {
  return {
    exc_type: type,
    exc_path: path,
    exc_args: args.map((arg) => safe(arg, 0)),
    value: bounded(value, maxValueLength),
  }
}

/** Nameko's rule: strings stay, containers recurse, everything else becomes a string. */
function safe(arg: unknown, depth: number): unknown {
  if (typeof arg === 'string') return bounded(arg, maxArgLength)
  if (depth < 4 && Array.isArray(arg)) return arg.map((inner) => safe(inner, depth + 1))
  if (depth < 4 && typeof arg === 'object' && arg !== null)
    return Object.fromEntries(Object.entries(arg).map(([key, inner]) => [key, safe(inner, depth + 1)]))
  return bounded(String(arg), maxArgLength)
}

function bounded(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}
