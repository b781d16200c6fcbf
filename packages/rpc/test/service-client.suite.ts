import { setTimeout as sleep } from 'node:timers/promises'
import { errors } from '@toko/contracts'
import { type Answer, type ClientLimits, route, type Route, type RouteRequest, type RouteSpec } from '@toko/http'
import { deadlineIn, inRequestContext, requestContext } from '@toko/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Connected, failureOf, type Transport } from './harness.ts'

const Thing = z.strictObject({ id: z.string() })
const params = z.object({ id: z.string().regex(/^thg_\d+$/) })
const query = z.strictObject({
  limit: z.string().regex(/^\d+$/).transform(Number).optional(),
  tags: z.string().optional(),
})
const body = z.strictObject({ text: z.string(), note: z.string().optional() })

const spec = {
  method: 'PUT',
  path: '/things/{id}',
  rpc: 'put_thing',
  summary: 'Put a thing',
  auth: 'service',
  params,
  query,
  body,
  answers: { 200: Thing, 201: Thing },
} as const satisfies RouteSpec

const put = {
  method: 'PUT',
  path: '/things/{id}',
  rpc: 'put_thing',
  params: { id: 'thg_7' },
  body: { text: 'hé' },
  answer: { 200: Thing, 201: Thing },
} as const
const readSpec = { ...spec, method: 'GET', rpc: 'get_thing', body: undefined } as const
const get = {
  method: 'GET',
  path: '/things/{id}',
  rpc: 'get_thing',
  params: { id: 'thg_7' },
  answer: { 200: Thing },
} as const
const postSpec = { ...spec, method: 'POST', rpc: 'post_thing' } as const
const post = { ...put, method: 'POST', rpc: 'post_thing' } as const

type Handle = (request: RouteRequest<typeof spec>) => Promise<Answer>
const ok: Handle = async ({ params: { id } }) => ({ status: 200, body: { id } })

/** Both transports give a caller the same: what came, what is certain, what nobody knows. */
export function serviceClientSuite({ name, connect }: Transport): void {
  describe(`a service client over ${name}`, () => {
    const open: Connected[] = []
    afterEach(async () => {
      for (const connected of open.splice(0)) await connected.stop()
    })

    /** The handlers in turn, the last one ever after; every route ends there. */
    async function serving(handles: Handle | Handle[], limits?: Partial<ClientLimits>) {
      const seen: RouteRequest<typeof spec>[] = []
      const inTurn = [handles].flat()
      const handle: Handle = (request) => {
        seen.push(request)
        return inTurn[Math.min(seen.length, inTurn.length) - 1]!(request)
      }
      const { body: _none, ...bodiless } = readSpec
      const routes: Route[] = [route(spec, handle), route(postSpec, handle as never), route(bodiless, handle as never)]
      const connected = await connect(routes, limits)
      open.push(connected)
      return { ...connected, call: connected.client.call, seen }
    }
    const refusing =
      (error: () => Error): Handle =>
      async () => {
        throw error()
      }

    it('brings parameters, query and body, each validated, and the answer back', async () => {
      const { call, seen } = await serving(ok)
      const asked = { ...put, query: { limit: 5, tags: 'a,b' }, body: { text: 'hé', note: undefined } }
      expect((await call(asked)).body).toEqual({ id: 'thg_7' })
      expect(seen).toMatchObject([{ params: { id: 'thg_7' }, query: { limit: 5, tags: 'a,b' }, body: { text: 'hé' } }])
      expect((await call({ ...put, query: { limit: undefined } })).body).toEqual({ id: 'thg_7' })
    })

    it('is known by its token', async () => {
      const { call, seen } = await serving(ok)
      await call(put)
      expect(seen[0]!.principal).toEqual({ kind: 'service', name: 'caller' })
      const stranger = { ...put, headers: { authorization: 'Bearer x.y.z' } }
      expect(await failureOf(call(stranger))).toMatchObject({ name: 'ProblemAnswer', code: 'unauthenticated' })
      expect(seen).toHaveLength(1)
    })

    it.each<[string, () => Promise<string>]>([
      ['fails', () => Promise.reject(new Error('no key'))],
      ['never comes', () => new Promise<string>(() => {})],
    ])('sends nothing when the token %s', async (_, authorization) => {
      const { call, seen } = await serving(ok, { authorization, timeoutMs: 100 })
      expect(await failureOf(call(put))).toMatchObject({ name: 'CallNotSentError', reason: 'no-token' })
      expect(seen).toHaveLength(0)
    })

    it('hands on request id and remaining time', async () => {
      const contexts: (ReturnType<typeof requestContext> & { leftMs: number })[] = []
      const { call } = await serving(async (request) => {
        const context = requestContext()!
        contexts.push({ ...context, leftMs: context.deadline.remainingMs() })
        return ok(request)
      })
      await inRequestContext({ requestId: 'req-7', deadline: deadlineIn(900) }, () => call(put))
      expect(contexts[0]).toMatchObject({ requestId: 'req-7' })
      expect(contexts[0]!.leftMs).toBeLessThanOrEqual(850)
      expect(contexts[0]!.leftMs).toBeGreaterThan(300)
      await call(put)
      expect(contexts[1]!.requestId).toMatch(/^[0-9a-f-]{36}$/)
    })

    it('tells a refusal with its whole problem document', async () => {
      const extensions = { shortages: [{ sku: 'a', requested: 2, available: 1 }] }
      const { call, seen } = await serving(refusing(() => errors.insufficientStock({ detail: 'few', extensions })))
      expect(await failureOf(call(put))).toMatchObject({
        name: 'ProblemAnswer',
        status: 409,
        code: 'insufficient-stock',
        problem: {
          type: 'https://toko.test/problems/insufficient-stock',
          title: 'Not enough stock',
          status: 409,
          detail: 'few',
          ...extensions,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        },
      })
      expect(seen).toHaveLength(1)
    })

    it('takes a refusal that it accepts for an answer', async () => {
      const { call } = await serving(refusing(() => errors.notFound()))
      expect((await call({ ...get, answer: { 200: Thing, 404: null } })).body).toBeNull()
    })

    it.each([
      ['a body outside its schema', { ...put, body: { text: 7 } }, 400, 'validation'],
      ['an unknown member', { ...put, body: { text: 'a', more: 1 } }, 400, 'validation'],
      ['a query outside its schema', { ...put, query: { limit: 'few' } }, 400, 'validation'],
      ['an unknown parameter', { ...get, query: { limits: 1 } }, 400, 'validation'],
      ['an id that cannot be', { ...put, params: { id: 'other' } }, 404, 'not-found'],
    ])('certainly does nothing with %s', async (_, asked, status, code) => {
      const { call, seen } = await serving(ok)
      expect(await failureOf(call(asked as typeof put))).toMatchObject({ name: 'ProblemAnswer', status, code })
      expect(seen).toHaveLength(0)
    })

    it('does not know the outcome of an internal error, and does not ask again', async () => {
      const { call, seen } = await serving(refusing(() => new Error('SELECT * FROM secrets')))
      const failure = await failureOf(call(put))
      expect(failure).toMatchObject({ name: 'CallUnknownError', reason: 'server-error', status: 500 })
      expect(JSON.stringify(failure) + (failure as Error).message).not.toContain('SELECT')
      expect(seen).toHaveLength(1)
    })

    it('repeats what is idempotent after 503, and nothing else', async () => {
      const away = refusing(() => errors.dependencyUnavailable())
      const { call, seen, metrics } = await serving([away, away, ok, away])
      expect((await call(put)).body).toEqual({ id: 'thg_7' })
      expect(seen).toHaveLength(3)
      expect(await metrics()).toMatch(/toko_(http|rpc)_client_retries_total\{.*\} 2/)
      expect(await failureOf(call(post))).toMatchObject({ name: 'CallUnknownError', status: 503 })
      expect(seen).toHaveLength(4)
    })

    it.each([
      ['overloaded', 'not-started', () => errors.overloaded({ retryAfterSeconds: 30 })],
      ['429', 'rate-limited', () => errors.quotaExceeded({ retryAfterSeconds: 30 })],
    ])('knows that %s did nothing, and for how long to stay away', async (_, reason, error) => {
      const { call } = await serving(refusing(error))
      expect(await failureOf(call(put))).toMatchObject({ name: 'CallNotSentError', reason, retryAfterMs: 30_000 })
    })

    it('does not know the outcome when no answer comes in time', async () => {
      let release = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      const silent: Handle = async (request) => {
        await released
        return ok(request)
      }
      const { call } = await serving([silent, ok])
      expect(await failureOf(call({ ...post, timeoutMs: 150 }))).toMatchObject({
        name: 'CallUnknownError',
        reason: expect.stringMatching(/^(timeout|server-error)$/) as string, // the callee keeps to the same time
      })
      release()
      expect((await call(put)).body).toEqual({ id: 'thg_7' })
    })

    it('sends nothing when no time is left', async () => {
      const { call, seen } = await serving(ok)
      const failure = await failureOf(call({ ...put, deadline: deadlineIn(50) }))
      expect(failure).toMatchObject({ name: 'DeadlineExceededError', reason: 'no-time-left' })
      expect(seen).toHaveLength(0)
    })

    it('takes no answer outside its schema', async () => {
      const { call } = await serving(ok)
      const other = { ...put, answer: { 200: z.object({ number: z.int() }) } }
      const failure = await failureOf(call(other))
      expect(failure).toMatchObject({ name: 'CallUnknownError', reason: 'malformed' })
      expect((failure as Error).message).toMatch(/number invalid_type/)
    })

    it('refuses at once what exceeds the concurrency limit', async () => {
      let release = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      const { call, metrics } = await serving(
        async (request) => {
          await released
          return ok(request)
        },
        { maxConcurrent: 3 },
      )
      const calls = Array.from({ length: 3 }, () => call(put))
      expect(await failureOf(call(put))).toMatchObject({ name: 'CallNotSentError', reason: 'too-many-calls' })
      release()
      await Promise.all(calls)
      expect(await metrics()).toMatch(/toko_(http|rpc)_client_not_sent_total\{.*reason="too-many-calls".*\} 1/)
    })

    it('leaves a failing target alone, probes it once, and goes on when it works', async () => {
      let now = 0
      let isBroken = true
      const { call, seen, metrics } = await serving(
        (request) => (isBroken ? Promise.reject(new Error('broken')) : ok(request)),
        { clock: { now: () => now }, breaker: { minCalls: 4 } },
      )
      const state = async () => /toko_breaker_state\{.*\} (\d)/.exec(await metrics())?.[1]
      const guarded = { ...put, breaker: true }
      for (let i = 0; i < 4; i++) await failureOf(call(guarded))
      expect(await state()).toBe('2')
      expect(await failureOf(call(guarded))).toMatchObject({ name: 'CallNotSentError', reason: 'breaker-open' })
      expect(seen).toHaveLength(4)
      now += 5001
      isBroken = false
      expect((await call(guarded)).body).toEqual({ id: 'thg_7' })
      expect(await state()).toBe('0')
    })

    it('lets a call under way end at its stop, and refuses then', async () => {
      const { call, seen, client } = await serving(async (request) => {
        await sleep(100)
        return ok(request)
      })
      const underWay = call(put)
      await expect.poll(() => seen.length).toBe(1)
      const stopped = client.stop?.()
      expect(await failureOf(call(put))).toMatchObject({ name: 'CallNotSentError', reason: 'stopped' })
      expect((await underWay).body).toEqual({ id: 'thg_7' })
      await stopped
    })
  })
}
