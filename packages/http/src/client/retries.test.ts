import { setTimeout as sleep } from 'node:timers/promises'
import { deadlineIn } from '@toko/runtime'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { failureOf, type Handler, json, problem, startTarget, type Target } from './target.test-support.ts'

const answer = { 200: z.object({ id: z.string() }) }
const get = { method: 'GET', path: '/x', answer } as const
const put = { method: 'PUT', path: '/x', body: {}, answer } as const

const ok: Handler = (_, response) => json(response, 200, { id: 'a' })
const refuses =
  (status: number, code: string, headers: Record<string, string> = {}, more: Record<string, unknown> = {}): Handler =>
  (_, response) =>
    json(response, status, problem(status, code, more), headers)
const unavailable = refuses(503, 'dependency-unavailable')
const resets: Handler = (request) => request.socket.resetAndDestroy()

/** Answers the n-th request by the n-th handler, the last one ever after. */
function inTurn(...handlers: Handler[]): Promise<Target> {
  let count = 0
  return startTarget((request, response) => handlers[Math.min(count++, handlers.length - 1)]!(request, response))
}

describe('a retry', () => {
  it.each<[string, Handler]>([
    ['503', unavailable],
    ['502', refuses(502, 'bad-gateway')],
    ['429', refuses(429, 'quota-exceeded')],
    ['reset', resets],
  ])('makes good a %s', async (_, fault) => {
    await using target = await inTurn(fault, fault, ok)
    expect(await target.client.call(get)).toMatchObject({ status: 200 })
    expect(target.requests).toHaveLength(3)
    expect(await target.metrics.render()).toMatch(/toko_http_client_retries_total\{.*thing-service.*\} 2/)
  })

  it('comes at most twice', async () => {
    await using target = await inTurn(unavailable)
    expect(await failureOf(target.client.call(get))).toMatchObject({ name: 'CallUnknownError', status: 503 })
    expect(target.requests).toHaveLength(3)
  })

  it.each(['POST', 'PATCH'] as const)('never comes for a %s, unless it is told to be idempotent', async (method) => {
    await using target = await inTurn(unavailable, unavailable, ok)
    expect(await failureOf(target.client.call({ ...put, method }))).toMatchObject({ status: 503 })
    expect(target.requests).toHaveLength(1)
    expect(await target.client.call({ ...put, method, idempotent: true })).toMatchObject({ status: 200 })
    expect(target.requests).toHaveLength(3)
  })

  it.each<[string, Handler]>([
    ['500', refuses(500, 'internal')],
    ['a refusal', refuses(404, 'not-found')],
    ['a malformed answer', (_, response) => json(response, 200, {})],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/y' }).end()],
  ])('does not come after %s', async (_, fault) => {
    await using target = await inTurn(fault, ok)
    expect(await failureOf(target.client.call(get))).not.toHaveProperty('unexpectedAnswer')
    expect(target.requests).toHaveLength(1)
  })

  it('carries less remaining time each time, and the same body', async () => {
    const slowFault: Handler = async (request, response) => {
      await sleep(5)
      unavailable(request, response)
    }
    await using target = await inTurn(slowFault, slowFault, ok)
    await target.client.call({ ...put, body: { n: 1 }, deadline: deadlineIn(1500) })
    const left = target.requests.map(({ headers }) => Number(headers['x-request-timeout-ms']))
    expect(left[0]).toBeLessThanOrEqual(1450)
    expect(left[1]).toBeLessThan(left[0]!)
    expect(left[2]).toBeLessThan(left[1]!)
    expect(target.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"n":1}'))
  })

  it('waits as Retry-After asks when that fits into the deadline', async () => {
    await using target = await inTurn(refuses(503, 'overloaded', { 'retry-after': '1' }), ok)
    const startedAt = performance.now()
    expect(await target.client.call(get)).toMatchObject({ status: 200 })
    expect(performance.now() - startedAt).toBeGreaterThan(990)
  })

  it('gives up at once when Retry-After does not fit', async () => {
    await using target = await inTurn(refuses(503, 'overloaded', { 'retry-after': '2' }), ok)
    const startedAt = performance.now()
    const failure = await failureOf(target.client.call({ ...get, timeoutMs: 1500 }))
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason: 'not-started', retryAfterMs: 2000 })
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(target.requests).toHaveLength(1)
  })
})

describe('the verdict over several attempts', () => {
  it('stays unknown when a later attempt was certainly not carried out', async () => {
    await using target = await inTurn(resets, refuses(503, 'overloaded'))
    expect(await failureOf(target.client.call(put))).toMatchObject({ name: 'CallUnknownError', reason: 'reset' })
    expect(target.requests).toHaveLength(3)
  })

  it('stays unknown when a later attempt was refused, perhaps because of the first', async () => {
    await using target = await inTurn(resets, refuses(412, 'precondition-failed'))
    expect(await failureOf(target.client.call(put))).toMatchObject({
      name: 'CallUnknownError',
      reason: 'refused-after-unknown',
      cause: { name: 'ProblemAnswer', code: 'precondition-failed' },
    })
  })

  it('is the refusal when reading, or when nothing came before it', async () => {
    await using reading = await inTurn(resets, refuses(404, 'not-found'))
    expect(await failureOf(reading.client.call(get))).toMatchObject({ name: 'ProblemAnswer', code: 'not-found' })
    await using shed = await inTurn(refuses(503, 'overloaded'), refuses(412, 'precondition-failed'))
    expect(await failureOf(shed.client.call(put))).toMatchObject({ name: 'ProblemAnswer', status: 412 })
  })
})

describe('the retry budget', () => {
  it('keeps requests to a failing target within 1.1 × the calls + 3 per started second', async () => {
    await using target = await inTurn(unavailable)
    const calls = 600
    const startedAt = performance.now()
    const caller = async () => {
      for (let i = 0; i < calls / 10; i++) await failureOf(target.client.call({ ...put }))
    }
    await Promise.all(Array.from({ length: 10 }, caller))
    const seconds = (performance.now() - startedAt) / 1000
    expect(target.requests.length).toBeLessThanOrEqual(calls * 1.1 + 3 * (seconds + 1))
    // the budget is there to be used: without a single retry the first bound would hold as well
    expect(target.requests.length).toBeGreaterThan(calls * 1.08)
  })
})
