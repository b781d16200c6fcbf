import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { Worker } from 'node:worker_threads'
import { deadlineIn } from '@toko/runtime'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answers, CallOptions } from './client-options.ts'
import { failureOf, type Handler, json, problem, startTarget, testClient } from './target.test-support.ts'

const post = { method: 'POST', path: '/x', body: {}, answer: { 200: z.object({ id: z.string() }) } } as const

async function outcome(handler: Handler, options: Partial<CallOptions<Answers>> = {}) {
  await using target = await startTarget(handler, { maxAnswerBytes: 1000 })
  const failure = await failureOf(target.client.call({ ...post, ...options }))
  return { failure, sent: target.requests.length }
}

/** Answers these bytes as they are. */
const raw = (type: string, body: string | Buffer, status = 200): Handler => {
  return (_, response) => response.writeHead(status, { 'content-type': type }).end(body)
}

describe('unknown outcomes', () => {
  const silent: Handler = () => {}
  const stalls: Handler = (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"id"')
  const resets: Handler = (request) => request.socket.resetAndDestroy()
  const cut =
    (headers: Record<string, string>): Handler =>
    (request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .write('{"id":"a"', () => request.socket.destroy())

  it.each<[string, string, Handler, Partial<CallOptions<Answers>>]>([
    ['no answer', 'timeout', silent, { timeoutMs: 60 }],
    ['a body that stalls', 'timeout', stalls, { timeoutMs: 60 }],
    ['a reset', 'reset', resets, {}],
    ['a body cut short', 'reset', cut({ 'content-length': '10' }), {}],
    ['a chunked body cut short', 'reset', cut({}), {}],
    ['broken JSON', 'malformed', raw('application/json', '{"id":"a"'), {}],
    ['no JSON at all', 'malformed', raw('application/json', ''), {}],
    ['another type', 'malformed', raw('text/html', '{"id":"a"}'), {}],
    ['invalid UTF-8', 'malformed', raw('application/json', Buffer.from('7b226964223a22ff227d', 'hex')), {}],
    ['another shape', 'malformed', raw('application/json', '{"id":7}'), {}],
    ['a status nobody expects', 'malformed', raw('application/json', '{"id":"a"}', 202), {}],
    ['a 4xx without a problem document', 'malformed', raw('text/html', 'no', 404), {}],
    ['a problem of another status', 'malformed', (_, response) => json(response, 409, problem(404, 'not-found')), {}],
    ['a body over the limit', 'too-large', raw('application/json', `{"id":"${'a'.repeat(2000)}"}`), {}],
    ['an error page over the limit', 'too-large', raw('text/html', 'a'.repeat(2000), 404), {}],
    ['500', 'server-error', (_, response) => json(response, 500, problem(500, 'internal')), {}],
    ['502', 'server-error', raw('text/html', 'bad gateway', 502), {}],
    ['504', 'server-error', raw('text/html', 'time-out', 504), {}],
    ['503 of a proxy', 'server-error', raw('text/html', 'unavailable', 503), {}],
    [
      '503 in the middle of the work',
      'server-error',
      (_, r) => json(r, 503, problem(503, 'dependency-unavailable')),
      {},
    ],
  ])('%s → %s', async (_, reason, handler, options) => {
    const { failure, sent } = await outcome(handler, options)
    expect(failure).toMatchObject({ name: 'CallUnknownError', reason, target: 'thing-service' })
    expect(sent).toBe(1)
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const { failure, sent } = await outcome((_, response) => response.writeHead(status, { location: '/y' }).end())
    expect(failure).toMatchObject({ name: 'CallUnknownError', reason: 'redirect', status })
    expect(sent).toBe(1)
  })

  it('reads the answer of a newer service without the members that it added', async () => {
    await using target = await startTarget((_, response) => json(response, 200, { id: 'a', more: { n: 1 } }))
    const { body } = await target.client.call({ ...post, answer: { 200: z.strictObject({ id: z.string() }) } })
    expect(body).toEqual({ id: 'a' })
  })

  it('names the faults of an answer without quoting its values', async () => {
    const { failure } = await outcome(raw('application/json', '{"id":424242}'))
    expect((failure as Error).message).toMatch(/id invalid_type/)
    expect((failure as Error).message).not.toMatch(/424242/)
  })
})

describe('certain outcomes', () => {
  it('tells a refusal with its problem document', async () => {
    const document = problem(409, 'insufficient-stock', { detail: 'few', shortages: [{ sku: 'a' }], requestId: 'r' })
    const { failure } = await outcome((_, response) => json(response, 409, document))
    expect(failure).toMatchObject({ name: 'ProblemAnswer', status: 409, code: 'insufficient-stock', problem: document })
  })

  it.each<[string, string, Handler]>([
    ['429', 'rate-limited', (_, r) => json(r, 429, problem(429, 'quota-exceeded'), { 'retry-after': '3' })],
    ['503 overloaded', 'not-started', (_, r) => json(r, 503, problem(503, 'overloaded'), { 'retry-after': '3' })],
    [
      '503 not started',
      'not-started',
      (_, r) => json(r, 503, problem(503, 'dependency-unavailable', { started: false }), { 'retry-after': '3' }),
    ],
  ])('%s → %s', async (_, reason, handler) => {
    const { failure } = await outcome(handler)
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason, retryAfterMs: 3000 })
  })

  it('tells a refused connection and an unknown host', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    for (const [host, reason] of [
      ['127.0.0.1', 'refused'],
      ['localhost', 'refused'],
      [`${'a'.repeat(64)}.invalid`, 'dns'], // too long a label: fails without asking the network
    ]) {
      const client = testClient({ baseUrl: `http://${host}:${port}`, timeoutMs: 5000 })
      expect(await failureOf(client.call(post))).toMatchObject({ name: 'CallNotSentError', reason })
      await client.stop!()
    }
  })

  it('tells a connection that never stood from a request without answer', async () => {
    // a listener that never accepts: once its queue is full the kernel leaves further connections hanging
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
       const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         parentPort.postMessage(server.address().port)
         setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
       })`,
      { eval: true },
    )
    const [port] = (await once(worker, 'message')) as [number]
    const queue = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    await once(queue[0]!, 'connect')
    const client = testClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 100 })
    expect(await failureOf(client.call(post))).toMatchObject({ name: 'CallNotSentError', reason: 'connect-timeout' })
    for (const socket of queue) socket.destroy()
    await client.stop!()
    await worker.terminate()
  })

  it('sends nothing when less than the hop reserve is left', async () => {
    const { failure, sent } = await outcome(raw('application/json', '{"id":"a"}'), { deadline: deadlineIn(50) })
    expect(failure).toMatchObject({ name: 'DeadlineExceededError', reason: 'no-time-left' })
    expect(sent).toBe(0)
  })

  it.each(['', '.', '..'])('refuses a path parameter %j that would reach another route', async (id) => {
    const { failure, sent } = await outcome(raw('application/json', '{}'), { path: '/x/{id}', params: { id } })
    expect(failure).toMatchObject({ name: 'CallNotSentError', reason: 'invalid-request' })
    expect(sent).toBe(0)
  })

  it.each<[string, () => Promise<string>]>([
    ['fails', () => Promise.reject(new Error('no key'))],
    ['never comes', () => new Promise<string>(() => {})],
  ])('sends nothing when the token %s', async (_, authorization) => {
    await using target = await startTarget(() => {}, { authorization, timeoutMs: 60 })
    expect(await failureOf(target.client.call(post))).toMatchObject({ name: 'CallNotSentError', reason: 'no-token' })
    expect(target.requests).toHaveLength(0)
  })

  it('refuses at once what exceeds the concurrency limit', async () => {
    const waiting: (() => void)[] = []
    await using target = await startTarget(
      (_, response) => {
        waiting.push(() => json(response, 200, { id: 'a' }))
        if (waiting.length === 3) for (const answer of waiting) answer()
      },
      { maxConcurrent: 3 },
    )
    const calls = Array.from({ length: 5 }, () => target.client.call(post))
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(3).fill('fulfilled'), 'rejected', 'rejected'])
    expect(await failureOf(calls[4]!)).toMatchObject({ name: 'CallNotSentError', reason: 'too-many-calls' })
    expect(target.requests).toHaveLength(3)
    expect(await target.metrics.render()).toMatch(/toko_http_client_not_sent_total\{.*reason="too-many-calls".*\} 2/)
  })
})
