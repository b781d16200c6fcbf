import type { Response as ExpressResponse } from 'express'
import type { z } from 'zod'
import type { ErrorName, Role } from '@toko/contracts'
import type { Deadline } from '@toko/runtime'
import type { Principal, ServicePrincipal, UserPrincipal } from '../auth/principal.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call. `optional`: anybody, and a user's token is understood. Roles: any one of them is enough. */
export type Auth = 'public' | 'optional' | 'user' | 'service' | 'user-or-service' | { readonly roles: readonly Role[] }

/** A route as data: gives the router, the validation, the handler's types and the OpenAPI document. */
export interface RouteSpec {
  readonly method: Method
  /** `/orders/{id}`: parameters in braces, as in OpenAPI. */
  readonly path: string
  readonly summary: string
  readonly auth: Auth
  /** The person must have signed in within the last 10 minutes. */
  readonly recentAuth?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Default application/json, for PATCH application/merge-patch+json. */
  readonly contentType?: string
  /** Largest body in bytes; default 100 kB. */
  readonly bodyLimit?: number
  /** The handler gets the exact bytes, for signatures. */
  readonly keepsRawBody?: true
  readonly idempotencyKey?: 'required'
  readonly ifMatch?: 'required'
  /** Request headers that the handler reads, in lower case; the rest of the declaration implies those it needs. */
  readonly headers?: readonly string[]
  /** The name under which RPC offers the route too (docs/rpc.md): one word, `reserve_stock`. */
  readonly rpc?: string
  /** Schema per success status; null for an answer without body, a media type for one that is not JSON. */
  readonly answers: Readonly<Record<number, z.ZodType | null | string>>
  /** Problems beside those that every route of this kind can answer. */
  readonly errors?: readonly ErrorName[]
  /** Time until an answer is owed; default 1 s for GET, 3 s otherwise, null for streams. */
  readonly budgetMs?: number | null
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined
type PrincipalOf<A> = A extends 'public'
  ? undefined
  : A extends 'optional'
    ? UserPrincipal | undefined
    : A extends 'service'
      ? ServicePrincipal
      : A extends 'user-or-service'
        ? Principal
        : UserPrincipal

/** What a handler gets: validated values only. */
export interface RouteRequest<S extends RouteSpec = RouteSpec> {
  readonly params: Output<S['params']>
  readonly query: Output<S['query']>
  readonly body: Output<S['body']>
  readonly principal: PrincipalOf<S['auth']>
  readonly idempotencyKey: S extends { idempotencyKey: 'required' } ? string : undefined
  /** Revision of the If-Match header. */
  readonly ifMatch: S extends { ifMatch: 'required' } ? number : undefined
  readonly rawBody: S extends { keepsRawBody: true } ? Buffer : undefined
  readonly deadline: Deadline
  readonly clientIp: string
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
  header(name: string): string | undefined
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  /** Revision of the item; becomes a strong ETag and answers If-None-Match. */
  readonly etag?: number | string
  readonly headers?: Readonly<Record<string, string>>
  /** Writes an answer that is not JSON (a stream, a file); status and headers were sent. */
  readonly stream?: (response: ExpressResponse) => Promise<void>
}

/** What a switched-on fault does to the connection that an answer would take; no other handler needs it. */
export interface Connection {
  /** Ends it without an answer. */
  drop(): void
  reset(): void
  /** Answers with this text, be it JSON or not. */
  sendRaw(status: number, text: string): void
}

export interface Route {
  readonly spec: RouteSpec
  readonly handle: (request: RouteRequest, connection: Connection) => Promise<Answer>
}

/** Binds a declaration to the feature that answers it. */
export function route<const S extends RouteSpec>(
  spec: S,
  handle: (request: RouteRequest<S>) => Promise<Answer>,
): Route {
  // The app builds the request from the same spec, so the wide type holds what the narrow one promises.
  return { spec, handle: handle }
}
