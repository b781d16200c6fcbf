import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { RemoteError, RpcFault, RpcTimeoutError, UnknownServiceError } from '../../src/index.ts'
import { soon, uniqueName } from '../harness.ts'
import { onRabbit } from './rabbit-harness.ts'
import { jsonOf, namekoCaller, type RawClient, rawClient } from './raw.ts'

const dashed = '01234567-89ab-cdef-0123-456789abcdef'

/** Sends a reply to the request that has come. */
type Respond = (body: unknown, more?: object) => void

/** Calls as Nameko sends and sees them (messaging.md, "Nameko RPC"). */
describe('calls on the wire', () => {
  const url = inject('amqpUrl')
  let raw: RawClient
  let all: ReturnType<typeof onRabbit>
  const queues: string[] = []
  beforeEach(async () => {
    raw = await rawClient(url)
    all = onRabbit(url, { handlerLimitMs: 300 })
    await all.bus.start?.()
  })
  afterEach(async () => {
    await all.bus.stop?.()
    for (const queue of queues.splice(0)) await raw.channel.deleteQueue(queue)
    await raw.close()
  })

  async function serving(methods: Parameters<typeof all.bus.serve>[1]) {
    const service = uniqueName()
    all.bus.serve(service, methods)
    const caller = await namekoCaller(raw)
    await soon(() => all.bus.request({ service, method: 'ping' }, {}, { timeoutMs: 500 }).catch(isAnswer))
    /** The replies to one call of a Nameko client. */
    async function answerTo(method: string, body: unknown, more = {}) {
      const before = caller.replies.length
      caller.call(service, method, body, more)
      await soon(() => expect(caller.replies.length).toBeGreaterThan(before))
      return caller.replies[before]!
    }
    return { service, caller, answerTo }
  }
  function isAnswer(error: unknown): void {
    if (!(error instanceof RpcFault) || error instanceof UnknownServiceError) throw error
  }

  it("answer a Nameko client in its shape, with the request's correlation id", async () => {
    const { answerTo } = await serving({ quote: async ({ args, kwargs }) => ({ args, kwargs }) })
    const correlationId = randomUUID()
    const reply = await answerTo('quote', { args: [1, 'a'], kwargs: { b: null } }, { correlationId })
    expect(reply.content.toString()).toBe('{"result":{"args":[1,"a"],"kwargs":{"b":null}},"error":null}')
    expect(reply.properties).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      priority: 0,
      correlationId,
      headers: {},
    })
  })

  it("answer broken requests with Nameko's own errors, and live on", async () => {
    const { answerTo } = await serving({ run: async () => 'fine' })
    const errorOf = async (method: string, body: unknown) =>
      (jsonOf(await answerTo(method, body)) as { error: { exc_path: string } }).error.exc_path
    expect(await errorOf('missing', { args: [], kwargs: {} })).toBe('nameko.exceptions.MethodNotFound')
    expect(await errorOf('run', { args: [] })).toBe('nameko.exceptions.MalformedRequest')
    expect(await errorOf('run', [1])).toBe('builtins.TypeError')
    expect(await errorOf('run', { args: [], kwargs: 'x' })).toBe('nameko.exceptions.IncorrectSignature')
    expect(jsonOf(await answerTo('run', { args: [], kwargs: {} }))).toEqual({ result: 'fine', error: null })
  })

  it('answer with the chosen fault, and when the method has no end', async () => {
    const { answerTo } = await serving({
      get: () => Promise.reject(new RpcFault('NotFound', 'products.exceptions.NotFound', 'no such product')),
      wait: () => new Promise(() => {}),
    })
    expect(jsonOf(await answerTo('get', { args: [], kwargs: {} }))).toEqual({
      result: null,
      error: {
        exc_type: 'NotFound',
        exc_path: 'products.exceptions.NotFound',
        exc_args: ['no such product'],
        value: 'no such product',
      },
    })
    expect(jsonOf(await answerTo('wait', { args: [], kwargs: {} }))).toMatchObject({
      error: { exc_path: 'toko.errors.handler-timeout' },
    })
  })

  it('survive what kills a Nameko process: no reply_to, no content type, numbers in the call stack', async () => {
    const served: unknown[] = []
    const { service, answerTo } = await serving({ run: async ({ args }) => void served.push(args[0]) })
    const send = (arg: string, more: object) =>
      raw.send('nameko-rpc', `${service}.run`, { args: [arg], kwargs: {} }, more)
    send('no reply_to', {})
    send('no content type', { contentType: undefined, contentEncoding: undefined })
    send('stack', { headers: { 'nameko.call_id_stack': [1, 'a.b.c', null] } })
    await soon(() => expect(served).toEqual(['no reply_to', 'no content type', 'stack']))
    const reply = await answerTo('run', { args: ['last'], kwargs: {} }, { correlationId: undefined })
    expect(reply.properties.correlationId).toBeUndefined()
  })

  it.each<[string, object]>([
    ['no content encoding', { contentEncoding: undefined }],
    ['no headers', { headers: undefined }],
    ['a text for a call stack', { headers: { 'nameko.call_id_stack': 'shop.place.1' } }],
    ['a charset beside the content type', { contentType: 'application/json; charset=utf-8' }],
    ['no delivery mode and no priority', { deliveryMode: undefined, priority: undefined }],
    ['null context values', { headers: { 'nameko.user_id': null, 'nameko.auth_token': null } }],
  ])('are answered with %s', async (_, more) => {
    const { answerTo } = await serving({ run: async ({ args }) => args })
    const reply = await answerTo('run', { args: ['a'], kwargs: {} }, more)
    expect(jsonOf(reply)).toEqual({ result: ['a'], error: null })
    expect(reply.properties).toMatchObject({ contentType: 'application/json', headers: {} })
  })

  it.each<[string, unknown, unknown]>([
    ['dashed text', '2026-01-02T03:04:05.678000', '2026-01-02T03:04:05.678000'],
    ['a datetime', { __type__: 'datetime', __value__: '2026-01-02T03:04:05+00:00' }, '2026-01-02T03:04:05+00:00'],
    ['a date', { __type__: 'date', __value__: '2026-01-02' }, '2026-01-02'],
    ['a decimal', { __type__: 'decimal', __value__: '10.10' }, '10.10'],
    ['a uuid', { __type__: 'uuid', __value__: { hex: '0123456789abcdef0123456789abcdef' } }, dashed],
  ])("take arguments in both of kombu's dialects: %s", async (_, sent, seen) => {
    const { answerTo } = await serving({ run: async ({ args, kwargs }) => [args[0], kwargs['at']] })
    const reply = await answerTo('run', { args: [sent], kwargs: { at: sent } })
    expect(jsonOf(reply)).toEqual({ result: [seen, seen], error: null })
  })

  it('that nobody can read are parked, not answered and not repeated', async () => {
    const { service, caller } = await serving({ run: async () => 1 })
    caller.call(service, 'run', Buffer.from('{"args":'), { messageId: 'bad' })
    const queue = `rpc-${service}`
    await soon(async () =>
      expect(await all.bus.deadLetters().list(queue)).toMatchObject([{ id: 'bad', reason: 'undecodable' }]),
    )
    expect(caller.replies).toEqual([])
  })

  /** A service as Nameko's, by hand. */
  async function namekoService(reply: (respond: Respond) => void) {
    const service = uniqueName()
    const { channel } = raw
    await channel.assertExchange('nameko-rpc', 'topic', { durable: true })
    await channel.assertQueue(`rpc-${service}`, { durable: true })
    queues.push(`rpc-${service}`)
    await channel.bindQueue(`rpc-${service}`, 'nameko-rpc', `${service}.*`)
    const requests: Awaited<ReturnType<typeof raw.listen>> = []
    await channel.consume(`rpc-${service}`, (message) => {
      if (!message) return
      requests.push(message)
      const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string }
      reply((body, more = {}) => raw.send('nameko-rpc', replyTo, body, { correlationId, ...more }))
      channel.ack(message)
    })
    return { service, requests }
  }
  it('reach a Nameko service in its shape', async () => {
    const { service, requests } = await namekoService((respond) => respond({ result: [1, 2], error: null }))
    const call = { args: ['sku'], kwargs: { currency: 'IDR' } }
    const headers = { 'x-idempotency-key': 'k' }
    expect(await all.bus.request({ service, method: 'quote' }, call, { headers, timeoutMs: 4_000 })).toEqual([1, 2])
    const { content, properties, fields } = requests[0]!
    expect(content.toString()).toBe('{"args":["sku"],"kwargs":{"currency":"IDR"}}')
    expect(fields).toMatchObject({ exchange: 'nameko-rpc', routingKey: `${service}.quote` })
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown
    expect(properties).toMatchObject({ contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2 })
    expect(properties).toMatchObject({ priority: 0, expiration: '4000', replyTo: uuid, correlationId: uuid })
    const stack = [expect.stringMatching(/^toko\.call\.[0-9a-f-]{36}$/)]
    expect(properties.headers).toEqual({ 'x-idempotency-key': 'k', 'nameko.call_id_stack': stack })
  })

  it("bring a Nameko service's exception over, and an integer too large as a failure", async () => {
    const error = { exc_type: 'NotFound', exc_path: 'products.exceptions.NotFound', exc_args: ['x', 1], value: 'x' }
    const answers: (object | Buffer)[] = [
      { result: null, error },
      Buffer.from('{"result":9007199254740993,"error":null}'),
    ]
    const { service } = await namekoService((respond) => respond(answers.shift()))
    const failure = () => all.bus.request({ service, method: 'get' }, {}).catch((thrown: unknown) => thrown)
    const remote = await failure()
    expect(remote).toBeInstanceOf(RemoteError)
    expect(remote).toMatchObject({ excPath: error.exc_path, excArgs: ['x', 1], value: 'x' })
    expect(await failure()).toMatchObject({ code: 'invalid-message' })
  })

  const known = {
    exc_type: 'MethodNotFound',
    exc_path: 'nameko.exceptions.MethodNotFound',
    exc_args: ['x'],
    value: 'x',
  }
  it.each<[string, unknown, object, unknown]>([
    ['no error', { result: 1 }, {}, 1],
    ['an empty error', { result: 1, error: {} }, {}, 1],
    ['further keys', { result: 1, error: null, took: 3 }, {}, 1],
    ['no content encoding', { result: 1, error: null }, { contentEncoding: undefined }, 1],
    ['no content type', { result: 1, error: null }, { contentType: undefined }, 1],
    ['no result and no error', { error: null }, {}, { code: 'invalid-message' }],
    ['a body that is no object', [1], {}, { code: 'invalid-message' }],
    ['a known exception', { result: null, error: known }, {}, { code: 'method-not-found', message: 'x' }],
    ['type and value alone', { error: { exc_type: 'E', value: 'v' } }, {}, { code: 'remote-error', value: 'v' }],
    ['an unknown exception', { error: { ...known, exc_path: 'a.B' } }, {}, { code: 'remote-error', excPath: 'a.B' }],
  ])('understand a reply with %s', async (_, reply, more, expected) => {
    const { service } = await namekoService((respond) => respond(reply, more))
    const outcome: unknown = await all.bus.request({ service, method: 'get' }, {}).catch((error: unknown) => error)
    expect({ outcome }).toMatchObject({ outcome: expected })
  })

  it('take the first reply, and count and drop a second, a late, a foreign one and one without an id', async () => {
    const { service } = await namekoService((respond) => {
      const answer = (result: number) => ({ result, error: null })
      respond(answer(0), { correlationId: randomUUID() })
      respond(answer(1), { correlationId: undefined })
      respond(answer(2))
      respond(answer(3))
    })
    expect(await all.bus.request({ service, method: 'get' }, {})).toBe(2)
    await soon(async () => expect(await all.metrics()).toMatch(/^toko_rpc_late_replies_total\{.*\} 3$/m))
    expect(all.bus.idle()).toBe(true)
  })

  it('time out when the reply never comes, and are gone then', async () => {
    const { service } = await namekoService(() => {})
    await expect(all.bus.request({ service, method: 'get' }, {}, { timeoutMs: 200 })).rejects.toThrow(RpcTimeoutError)
    await soon(() => expect(all.bus.idle()).toBe(true))
  })
})
