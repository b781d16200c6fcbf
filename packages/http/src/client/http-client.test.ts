import { deadlineIn, inRequestContext } from '@toko/runtime'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { failureOf, json, startTarget } from './target.test-support.ts'

const Thing = z.object({ id: z.string() })

describe('a call', () => {
  it('sends path, query, body and headers, and returns the typed answer', async () => {
    await using target = await startTarget((_, response) => json(response, 201, { id: 'a' }, { etag: '"7"' }))
    const answer = await target.client.call({
      method: 'POST',
      path: '/things/{id}/notes',
      params: { id: 'a/b?c' },
      query: { q: 'x y&z', limit: 5, none: undefined },
      body: { text: 'hé' },
      headers: { 'Idempotency-Key': 'k-1' },
      answer: { 201: Thing, 204: null },
    })
    expect(answer).toMatchObject({ status: 201, body: { id: 'a' } })
    expect(answer.headers.get('ETag')).toBe('"7"')
    if (answer.status === 201) expectTypeOf(answer.body).toEqualTypeOf<{ id: string }>()
    else expectTypeOf(answer.body).toEqualTypeOf<null>()
    const [request] = target.requests
    expect(request).toMatchObject({ method: 'POST', url: '/things/a%2Fb%3Fc/notes?q=x+y%26z&limit=5' })
    expect(JSON.parse(request!.body)).toEqual({ text: 'hé' })
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'k-1' })
    expect(request!.headers['user-agent']).toBe('toko-test')
    expect(request!.headers).not.toHaveProperty('accept-encoding')
  })

  it('distinguishes several accepted answers', async () => {
    await using target = await startTarget((_, response) => response.writeHead(204).end())
    const answer = await target.client.call({ method: 'DELETE', path: '/x', answer: { 200: Thing, 204: null } })
    expect(answer).toMatchObject({ status: 204, body: null })
  })

  it('uses one connection for calls one after the other, whatever they answer', async () => {
    let count = 0
    await using target = await startTarget((_, response) => {
      const status = [200, 404, 500, 204][count++ % 4]!
      if (status === 204) response.writeHead(204).end()
      else json(response, status, { id: 'a' })
    })
    for (let i = 0; i < 20; i++)
      await failureOf(target.client.call({ method: 'GET', path: '/x', answer: { 200: Thing, 204: null } }))
    expect(target.requests).toHaveLength(20)
    expect(target.connections()).toBe(1)
  })

  it('asks for the service token per call, unless the call brings an authorization', async () => {
    let tokens = 0
    const authorization = async () => `t${++tokens}`
    await using target = await startTarget((_, response) => json(response, 200, { id: 'a' }), { authorization })
    const get = { method: 'GET', path: '/x', answer: { 200: Thing } } as const
    await target.client.call(get)
    await target.client.call({ ...get, headers: { Authorization: 'Bearer user' } })
    await target.client.call(get)
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer user',
      'Bearer t2',
    ])
  })

  it('hands on request id and remaining time of the request being served', async () => {
    await using target = await startTarget((_, response) => json(response, 200, { id: 'a' }))
    const get = () => target.client.call({ method: 'GET', path: '/x', answer: { 200: Thing } })
    await inRequestContext({ requestId: 'req-7', deadline: deadlineIn(500) }, get)
    await get()
    const [inside, outside] = target.requests.map(({ headers }) => headers)
    expect(inside!['x-request-id']).toBe('req-7')
    expect(Number(inside!['x-request-timeout-ms'])).toBeLessThanOrEqual(450)
    expect(Number(inside!['x-request-timeout-ms'])).toBeGreaterThan(300)
    expect(outside).not.toHaveProperty('x-request-id')
    expect(Number(outside!['x-request-timeout-ms'])).toBeGreaterThan(1500)
    expect(Number(outside!['x-request-timeout-ms'])).toBeLessThanOrEqual(2000)
  })
})

describe('stop', () => {
  it('lets the call under way end, then refuses', async () => {
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    await using target = await startTarget(async (_, response) => {
      arrived()
      await released
      json(response, 200, { id: 'a' })
    })
    const get = () => target.client.call({ method: 'GET', path: '/x', answer: { 200: Thing } })
    const underWay = get()
    await arrival
    const stopped = target.client.stop!()
    expect(await failureOf(get())).toMatchObject({ name: 'CallNotSentError', reason: 'stopped' })
    release()
    expect(await underWay).toMatchObject({ status: 200 })
    await stopped
    expect(target.requests).toHaveLength(1)
  })
})
