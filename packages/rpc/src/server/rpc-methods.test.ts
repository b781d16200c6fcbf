import { errors } from '@toko/contracts'
import {
  type Answer,
  route,
  type RouteRequest,
  type RouteSpec,
  serviceToken,
  serviceVerifier,
  userVerifier,
} from '@toko/http'
import { IncorrectSignatureError, type RpcCall, type RpcFault } from '@toko/messaging'
import { quiet, testTokens } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { rpcMethods } from './rpc-methods.ts'

const secret = 'secret of an edge in tests'
const tokens = await testTokens()
const verifiers = { user: userVerifier(tokens.keys), service: serviceVerifier('thing', { caller: secret }) }
const asService = `Bearer ${await serviceToken('caller', 'thing', secret)()}`

const spec = {
  method: 'POST',
  path: '/shelves/{shelf}/things/{id}',
  rpc: 'put_thing',
  summary: 'Put a thing',
  auth: 'user-or-service',
  params: z.object({ shelf: z.string(), id: z.string() }),
  query: z.strictObject({ limit: z.string().optional(), ids: z.string().optional(), deep: z.string().optional() }),
  body: z.strictObject({ count: z.int(), note: z.string().nullable().optional() }),
  idempotencyKey: 'required',
  headers: ['cart-token'],
  answers: { 201: z.strictObject({ at: z.string() }) },
} as const satisfies RouteSpec

const key = 'a-key-of-a-request'
const kwargs = { shelf: 's', id: 'i', count: 1, idempotencyKey: key }

const plainCall: RpcCall = {
  service: 'thing',
  method: 'put_thing',
  args: [],
  kwargs,
  headers: { authorization: asService },
  context: {},
  callIdStack: [],
  redelivered: false,
}

function serving(
  handle: (request: RouteRequest) => Promise<Answer>,
  more: Partial<RouteSpec> = {},
  checksAnswers = false,
) {
  const seen: RouteRequest[] = []
  const { log, metrics } = quiet('thing')
  const declared: RouteSpec = { ...spec, ...more }
  const served = route(declared, (request) => {
    seen.push(request)
    return handle(request)
  })
  const methods = rpcMethods({ service: 'thing', routes: [served], verifiers, log, metrics, checksAnswers })
  const call = (given: Partial<RpcCall> = {}) => methods['put_thing']!({ ...plainCall, ...given })
  return { call, seen, metrics }
}
const created = async (): Promise<Answer> => ({ status: 201, body: { at: new Date(0), none: undefined } })
const failure = (call: Promise<unknown>) => call.catch((error: unknown) => error)

describe('a method', () => {
  it('gets each argument where its route reads it, and gives back the body as JSON has it', async () => {
    const { call, seen } = serving(created)
    const more = { limit: 5, ids: ['a', 'b'], deep: true, note: null, cartToken: 'token' }
    expect(await call({ kwargs: { ...kwargs, ...more } })).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(seen[0]).toMatchObject({
      params: { shelf: 's', id: 'i' },
      query: { limit: '5', ids: 'a,b', deep: 'true' },
      body: { count: 1, note: null },
      idempotencyKey: key,
    })
    expect(seen[0]!.header('cart-token')).toBe('token')
  })

  it("takes the path's parameters by position, and None for what is not given", async () => {
    const { call, seen } = serving(created)
    await call({ args: ['s', 'i'], kwargs: { count: 1, idempotencyKey: key, limit: null } })
    expect(seen[0]).toMatchObject({ params: { shelf: 's', id: 'i' }, query: {} })
  })

  it.each<[string, Partial<RpcCall>, RegExp]>([
    ['an unknown argument', { kwargs: { ...kwargs, more: 1 } }, /unexpected argument "more"/],
    ['a missing parameter', { kwargs: { count: 1, idempotencyKey: key } }, /missing argument shelf, id/],
    ['a parameter that is None', { kwargs: { ...kwargs, id: null } }, /missing argument id/],
    ['too many by position', { args: ['s', 'i', 1] }, /takes 2 arguments by position, got 3/],
    ['one given twice', { args: ['s'] }, /argument "shelf" given twice/],
    ['a missing member of the body', { kwargs: { ...kwargs, count: undefined } }, /^\/count /],
    ['another type in the body', { kwargs: { ...kwargs, count: '1' } }, /^\/count /],
    ['an object in the query', { kwargs: { ...kwargs, limit: {} } }, /argument "limit" is no text/],
    ['a short key', { kwargs: { ...kwargs, idempotencyKey: 'short' } }, /16 to 255 visible characters/],
    ['no key', { kwargs: { shelf: 's', id: 'i', count: 1 } }, /Idempotency-Key/],
  ])('refuses %s as an incorrect signature', async (_, given, message) => {
    const { call, seen } = serving(created)
    const error = await failure(call(given))
    expect(error).toBeInstanceOf(IncorrectSignatureError)
    expect((error as Error).message).toMatch(message)
    expect(seen).toHaveLength(0)
  })

  it('knows a service by its header, and a person by the context that Nameko hands on', async () => {
    const { call, seen } = serving(created)
    const person = await tokens.user('usr_1')
    await call()
    await call({ headers: {}, context: { auth_token: person.replace('Bearer ', '') } })
    await call({ headers: {}, context: { authorization: person } })
    expect(seen.map(({ principal }) => (principal as { kind: string }).kind)).toEqual(['service', 'user', 'user'])
    const nobody = await failure(call({ headers: {} }))
    expect(nobody).toMatchObject({ excType: 'Unauthenticated', excPath: 'toko.errors.unauthenticated' })
    const forged = await failure(call({ headers: {}, context: { auth_token: 'e30.e30.e30' } }))
    expect(forged).toMatchObject({ excPath: 'toko.errors.unauthenticated' })
    expect(seen).toHaveLength(3)
  })

  it('tells a problem with its document, and nothing about what nobody promised', async () => {
    const problem = errors.validation({ detail: 'too much', errors: [{ pointer: '/a', code: 'c', detail: 'd' }] })
    const refused = (await failure(serving(() => Promise.reject(problem)).call())) as RpcFault
    expect(refused).toMatchObject({ excType: 'Validation', excPath: 'toko.errors.validation', message: 'too much' })
    expect(JSON.parse(refused.excArgs[1] as string)).toMatchObject({ status: 400, errors: [{ pointer: '/a' }] })
    const broken = await failure(serving(() => Promise.reject(new Error('SELECT'))).call())
    expect(broken).toMatchObject({ excPath: 'toko.errors.internal', message: 'Something went wrong on our side' })
    expect(JSON.stringify((broken as RpcFault).excArgs)).not.toContain('SELECT')
  })

  it('answers within the budget of its route or what the caller has left', async () => {
    const { call } = serving(() => new Promise(() => {}))
    const startedMs = performance.now()
    const error = await failure(call({ headers: { authorization: asService, 'x-request-timeout-ms': '100' } }))
    expect(error).toMatchObject({ excPath: 'toko.errors.dependency-unavailable' })
    expect(performance.now() - startedMs).toBeLessThan(2500)
  })

  it('is not run for a caller who has given up while the process stood still', async () => {
    const { log, metrics } = quiet('thing')
    const seen: unknown[] = []
    const served = route(spec as RouteSpec, async (request) => {
      seen.push(request)
      return created()
    })
    const methods = rpcMethods({ service: 'thing', routes: [served], verifiers, log, metrics, waitedMs: () => 900 })
    const call = (timeout: object) =>
      methods['put_thing']!({ ...plainCall, headers: { authorization: asService, ...timeout } })
    expect(await failure(call({ 'x-request-timeout-ms': '800' }))).toMatchObject({ excPath: 'toko.errors.overloaded' })
    expect(seen).toHaveLength(0)
    await call({ 'x-request-timeout-ms': '2000' })
    await call({}) // Nameko's callers tell no time-out
    expect(seen).toHaveLength(2)
  })

  it('is an internal error in tests when it answers what its route does not declare', async () => {
    const undeclared = async () => ({ status: 201, body: { at: 7 } })
    expect(await serving(undeclared).call()).toEqual({ at: 7 })
    expect(await failure(serving(undeclared, {}, true).call())).toMatchObject({ excPath: 'toko.errors.internal' })
  })

  it('is measured by name and error', async () => {
    const { call, metrics } = serving(created)
    await call()
    await failure(call({ headers: {} }))
    const text = await metrics.render()
    expect(text).toMatch(/rpc_server_duration_seconds_count\{.*rpc_method="put_thing",error_type="".*\} 1/)
    expect(text).toMatch(/rpc_server_duration_seconds_count\{.*error_type="unauthenticated".*\} 1/)
  })
})

describe('a route that can be no method', () => {
  it.each<[string, Partial<RouteSpec>, RegExp]>([
    ['wants a revision', { ifMatch: 'required' }, /a revision or for bytes/],
    ['wants the exact bytes', { keepsRawBody: true }, /a revision or for bytes/],
    ['streams', { answers: { 200: 'text/event-stream' } }, /a revision or for bytes/],
    ['has a body that is no object', { body: z.array(z.string()) }, /its body is no object/],
    ['names two things alike', { query: z.strictObject({ id: z.string() }) }, /"id" would name two things/],
  ])('%s: told when it is declared', (_, more, message) => {
    expect(() => serving(created, more)).toThrow(message)
  })

  it('has the name of another: told too', () => {
    const { log, metrics } = quiet()
    const routes = [route(spec as RouteSpec, created), route(spec as RouteSpec, created)]
    expect(() => rpcMethods({ service: 'thing', routes, verifiers, log, metrics })).toThrow(
      /thing.put_thing is declared twice/,
    )
  })
})
