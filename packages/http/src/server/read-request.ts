import { errors } from '@toko/contracts'
import type { Deadline } from '@toko/runtime'
import { idempotencyKeyHeader, readIdempotencyKey, readIfMatch } from './preconditions.ts'
import type { RouteRequest, RouteSpec } from './route.ts'
import { validate } from './validate.ts'

/** A request as its transport brought it: nothing of it is validated but who sent it. */
export interface GivenRequest {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly rawBody?: Buffer
  readonly principal: unknown
  readonly deadline: Deadline
  readonly clientIp: string
  /** Aborts when the client no longer waits. */
  readonly signal: AbortSignal
  /** @param name in lower case */
  header(name: string): string | undefined
}

/**
 * What the handler of a route gets.
 * @throws validation with each fault's place, not-found for an id that can't exist, idempotency-key-missing,
 * precondition-required, precondition-failed
 */
export function readRequest(spec: RouteSpec, given: GivenRequest): RouteRequest {
  const { header, principal, deadline, clientIp, signal } = given
  return {
    params: spec.params ? validate('params', spec.params, { ...given.params }) : undefined,
    query: spec.query ? validate('query', spec.query, given.query) : refuseQuery(given.query),
    body: spec.body ? validate('body', spec.body, given.body) : undefined,
    idempotencyKey: spec.idempotencyKey ? readIdempotencyKey(header(idempotencyKeyHeader)) : undefined,
    ifMatch: spec.ifMatch ? readIfMatch(header('if-match')) : undefined,
    rawBody: given.rawBody,
    principal,
    deadline,
    clientIp,
    signal,
    header,
  } as RouteRequest
}

function refuseQuery(query: GivenRequest['query']): undefined {
  const names = Object.keys(query)
  if (names.length === 0) return
  throw errors.validation({
    errors: names.slice(0, 20).map((name) => ({
      pointer: `query/${name.slice(0, 64)}`,
      code: 'unknown',
      detail: 'this parameter is not known here',
    })),
  })
}
