import { z } from 'zod'
import { idempotencyKeyHeader, type RouteSpec } from '@toko/http'

/** Where each argument of a method goes in the request of its route. */
export interface Signature {
  /** Parameters of the path in their order: these may also be given by position. */
  readonly params: readonly string[]
  readonly query: ReadonlySet<string>
  readonly body: ReadonlySet<string>
  /** Header by argument: `idempotencyKey` → `idempotency-key`. */
  readonly headers: ReadonlyMap<string, string>
}

const camelCase = (header: string) => header.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * The arguments of a route under the names that its OpenAPI has, headers in camelCase.
 * @throws Error for a route that can't be a method: streams, exact bytes, revisions (a result carries none), equal names
 */
export function signatureOf(spec: RouteSpec): Signature {
  const where = `${spec.method} ${spec.path} can't be offered over RPC`
  if (spec.ifMatch || spec.keepsRawBody || Object.values(spec.answers).some((answer) => typeof answer === 'string'))
    throw new Error(`${where}: it asks for a revision or for bytes`)
  if (spec.body && !(spec.body instanceof z.ZodObject)) throw new Error(`${where}: its body is no object`)
  const headers = [...(spec.idempotencyKey ? [idempotencyKeyHeader] : []), ...(spec.headers ?? [])]
  const signature = {
    params: [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
    query: new Set(Object.keys(spec.query?.shape ?? {})),
    body: new Set(Object.keys(spec.body instanceof z.ZodObject ? spec.body.shape : {})),
    headers: new Map(headers.map((header) => [camelCase(header), header])),
  }
  const names = [...signature.params, ...signature.query, ...signature.body, ...signature.headers.keys()]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`${where}: "${twice}" would name two things`)
  return signature
}
