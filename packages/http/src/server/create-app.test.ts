import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createLogger, createMetrics } from '@toko/runtime'
import { createApp, type Route, route } from '../index.ts'
import type { AppOptions } from './create-app.ts'

const Item = z.strictObject({ name: z.string().min(1).max(20), quantity: z.int().min(1).max(999) })

const routes: Route[] = [
  route(
    {
      method: 'POST',
      path: '/items',
      summary: 'Make an item',
      auth: 'public',
      body: Item,
      idempotencyKey: 'required',
      answers: { 201: Item },
    },
    async ({ body }) => ({ status: 201, body, etag: 1 }),
  ),
  route(
    {
      method: 'GET',
      path: '/items/{id}',
      summary: 'Read an item',
      auth: 'public',
      params: z.object({ id: z.string().regex(/^itm_\d+$/) }),
      query: z.strictObject({ verbose: z.enum(['yes', 'no']).optional() }),
      answers: { 200: Item },
    },
    async () => ({ status: 200, body: { name: 'tea', quantity: 1 }, etag: 7 }),
  ),
  route(
    {
      method: 'PATCH',
      path: '/items/{id}',
      summary: 'Change an item',
      auth: 'public',
      params: z.object({ id: z.string() }),
      body: Item.partial(),
      ifMatch: 'required',
      answers: { 200: Item },
    },
    async ({ ifMatch }) => ({ status: 200, body: { name: 'tea', quantity: ifMatch } }),
  ),
  route(
    { method: 'GET', path: '/slow', summary: 'Never answers', auth: 'public', budgetMs: 30, answers: { 200: null } },
    () => new Promise(() => {}),
  ),
  route({ method: 'GET', path: '/broken', summary: 'Throws', auth: 'public', answers: { 200: null } }, () =>
    Promise.reject(new Error('secret detail')),
  ),
]

const options: AppOptions = {
  service: 'test',
  routes,
  verifiers: {},
  log: createLogger('test', 'silent'),
  metrics: createMetrics('test', { processMetrics: false }),
  openapi: {},
  checksAnswers: true,
}
const app = createApp(options)
const key = '"0123456789abcdef"'
const post = () => request(app).post('/items').set('Idempotency-Key', key)

describe('input rules', () => {
  it('accepts what is declared and answers a strong ETag', async () => {
    const answer = await post().send({ name: 'tea', quantity: 2 })
    expect(answer.status).toBe(201)
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    ['missing', {}, '/name'],
    ['wrong type', { name: 'tea', quantity: '2' }, '/quantity'],
    ['unknown key', { name: 'tea', quantity: 1, price: 1 }, '/price'],
    ['operator object', { name: { $gt: '' }, quantity: 1 }, '/name'],
    ['too long', { name: 'x'.repeat(21), quantity: 1 }, '/name'],
  ])('refuses a body with %s', async (_what, body, pointer) => {
    const answer = await post().send(body)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer)
  })

  it.each([
    ['bad JSON', '{"name":', 400],
    ['a scalar', '1', 400],
    ['a prototype key', '{"name":"tea","quantity":1,"__proto__":{"polluted":1}}', 400],
    ['deep nesting', '['.repeat(20_000), 400],
    ['a huge number', '{"name":"tea","quantity":1e400}', 400],
    ['too many bytes', JSON.stringify({ name: 'x'.repeat(110_000) }), 413],
    ['nothing', '', 400],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await post().set('Content-Type', 'application/json').send(body)
    expect(answer.status).toBe(status)
    expect(answer.body.code).toBe(status === 413 ? 'payload-too-large' : 'validation')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-7',
    'application/json; charset=iso-8859-1',
  ])('refuses content type %s with 415', async (type) => {
    const answer = await post().set('Content-Type', type).send('{"name":"tea","quantity":1}')
    expect(answer.status).toBe(415)
  })

  it('needs an Idempotency-Key of 16 to 255 characters', async () => {
    const send = (value: string) =>
      request(app).post('/items').set('Idempotency-Key', value).send({ name: 'tea', quantity: 1 })
    for (const value of ['short', 'x'.repeat(256)])
      expect((await send(value)).body.code).toBe('idempotency-key-missing')
    expect((await request(app).post('/items').send({ name: 'tea', quantity: 1 })).status).toBe(400)
  })

  it('refuses repeated and unknown query parameters', async () => {
    expect((await request(app).get('/items/itm_1?verbose=yes&verbose=no')).body.errors[0].code).toBe('repeated')
    expect((await request(app).get('/items/itm_1?email[$ne]=1')).status).toBe(400)
    expect((await request(app).get('/items/itm_1?verbose=yes')).status).toBe(200)
  })

  it('answers 404 for an id that cannot exist, also encoded ones', async () => {
    for (const id of ['abc', '%00', '..%2f..', '%E0%A4%A', 'x'.repeat(5000)])
      expect((await request(app).get(`/items/${id}`)).status).toBe(404)
  })

  it('refuses a body where none is taken', async () => {
    expect((await request(app).get('/items/itm_1').send({ a: 1 })).status).toBe(400)
  })
})

describe('methods, types and preconditions', () => {
  it('answers 405 with Allow for an undeclared method', async () => {
    const answer = await request(app).delete('/items')
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('POST')
  })

  it('answers 406 when JSON is not accepted', async () => {
    expect((await request(app).get('/items/itm_1').set('Accept', 'text/html')).status).toBe(406)
  })

  it('answers 304 to a client that has the revision', async () => {
    expect((await request(app).get('/items/itm_1').set('If-None-Match', '"7"')).status).toBe(304)
    expect((await request(app).get('/items/itm_1').set('If-None-Match', '"6"')).status).toBe(200)
  })

  it('asks for If-Match: 428 missing, 412 not a revision', async () => {
    const patch = () => request(app).patch('/items/1').set('Content-Type', 'application/merge-patch+json')
    expect((await patch().send('{"quantity":3}')).status).toBe(428)
    expect((await patch().set('If-Match', '*').send('{"quantity":3}')).status).toBe(412)
    expect((await patch().set('If-Match', '"4"').send('{"name":"x"}')).body.quantity).toBe(4)
  })
})

describe('failures', () => {
  it('answers 503 when the budget is used up', async () => {
    const answer = await request(app).get('/slow')
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
  })

  it('takes its budget times the factor of the machine', async () => {
    const startedMs = performance.now()
    const patient = createApp({
      ...options,
      metrics: createMetrics('test', { processMetrics: false }),
      budgetFactor: 10,
    })
    expect((await request(patient).get('/slow')).status).toBe(503)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(299)
  })

  it('tells nothing about an unexpected error', async () => {
    const answer = await request(app).get('/broken')
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('secret')
  })

  it('keeps a well-formed request id only', async () => {
    expect((await request(app).get('/none').set('X-Request-Id', 'a.b-C_1')).headers['x-request-id']).toBe('a.b-C_1')
    expect((await request(app).get('/none').set('X-Request-Id', 'a b')).headers['x-request-id']).not.toBe('a b')
  })
})
