import type { GivenRequest } from '@toko/http'
import { IncorrectSignatureError, type RpcCall } from '@toko/messaging'
import type { Signature } from './signature.ts'

type Sorted = Pick<GivenRequest, 'params' | 'query' | 'body'> & { readonly headers: ReadonlyMap<string, string> }

/** Sorts arguments by where the route reads them; their values are its schemas' business. @throws IncorrectSignatureError */
export function sortArguments(signature: Signature, { args, kwargs }: Pick<RpcCall, 'args' | 'kwargs'>): Sorted {
  const sorted = {
    params: {} as Record<string, unknown>,
    query: {} as Record<string, unknown>,
    body: {} as Record<string, unknown>,
    headers: new Map<string, string>(),
  }
  for (const [name, value] of named(signature, args, kwargs)) {
    const header = signature.headers.get(name)
    if (signature.params.includes(name)) sorted.params[name] = value
    else if (signature.query.has(name)) sorted.query[name] = textOf(name, value)
    else if (signature.body.has(name)) sorted.body[name] = value
    else if (header === undefined) throw new IncorrectSignatureError(`unexpected argument "${name.slice(0, 64)}"`)
    else sorted.headers.set(header, textOf(name, value))
  }
  const missing = signature.params.filter((name) => sorted.params[name] === undefined)
  if (missing.length > 0) throw new IncorrectSignatureError(`missing argument ${missing.join(', ')}`)
  return sorted
}

/** Python's None for an argument means that it is not given. In a body null may have a meaning, so there it stays. */
function named(signature: Signature, args: RpcCall['args'], kwargs: RpcCall['kwargs']): [string, unknown][] {
  if (args.length > signature.params.length)
    throw new IncorrectSignatureError(`takes ${signature.params.length} arguments by position, got ${args.length}`)
  const byPosition = args.map((value, index): [string, unknown] => [signature.params[index]!, value])
  const twice = byPosition.find(([name]) => Object.hasOwn(kwargs, name))
  if (twice) throw new IncorrectSignatureError(`argument "${twice[0]}" given twice`)
  return [...byPosition, ...Object.entries(kwargs)].filter(
    ([name, value]) => value !== null || signature.body.has(name),
  )
}

/** A value as a URL or a header would write it: queries and headers are declared for text. */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  throw new IncorrectSignatureError(`argument "${name}" is no text, number, boolean or list of texts`)
}
