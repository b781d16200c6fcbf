import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { RpcCall } from '../bus.ts'
import { answer } from './answer.ts'
import { callStackHeader } from './call-stack.ts'
import { toErrorEnvelope } from './error-envelope.ts'
import { RpcFault } from './rpc-errors.ts'

/** Bodies and headers that a foreign caller may send (messaging.md, "Request"). */
describe('answer', () => {
  const seen: RpcCall[] = []
  const methods = { get: async (call: RpcCall) => void seen.push(call) }
  const served = { service: 'product', methods, context: new AsyncLocalStorage<readonly string[]>() }
  const wire = { exchange: 'nameko-rpc', routingKey: 'product.get', messageId: 'm', body: Buffer.alloc(0) }

  const call = (body: unknown, headers = {}) => answer(served, { wire: { ...wire, headers }, body, redelivered: false })
  const envelopeOf = (body: unknown) => call(body).then(() => 'executed', toErrorEnvelope)

  it.each([
    ['no object', [1], 'builtins.TypeError'],
    ['null', null, 'builtins.TypeError'],
    ['no args', { kwargs: {} }, 'nameko.exceptions.MalformedRequest'],
    ['no kwargs', { args: [] }, 'nameko.exceptions.MalformedRequest'],
    ['kwargs that are an array', { args: [], kwargs: [] }, 'nameko.exceptions.IncorrectSignature'],
    ['args that are an object', { args: {}, kwargs: {} }, 'nameko.exceptions.IncorrectSignature'],
  ])('refuses %s', async (_, body, path) => {
    expect(await envelopeOf(body)).toMatchObject({ exc_path: path })
  })

  it('says what is malformed in the words of Nameko', async () => {
    expect(await envelopeOf({})).toEqual({
      exc_type: 'MalformedRequest',
      exc_path: 'nameko.exceptions.MalformedRequest',
      exc_args: ['Message missing `args` or `kwargs`'],
      value: 'Message missing `args` or `kwargs`',
    })
  })

  it.each<[string, unknown, number]>([
    ['11 calls', Array.from({ length: 11 }, (_, level) => `a.b.${level}`), 11],
    ['200 calls', Array.from({ length: 200 }, (_, level) => `a.b.${level}`), 11],
    ['numbers among texts', ['a.b.1', 7, null, 'a.b.2'], 3],
    ['a text', 'a.b.1', 2],
    ['an object', { a: 1 }, 1],
    ['nothing', undefined, 1],
  ])('makes a call stack of %s', async (_, stack, length) => {
    seen.length = 0
    await call({ args: [], kwargs: {} }, { [callStackHeader]: stack })
    expect(seen[0]?.callIdStack).toHaveLength(length)
    expect(seen[0]?.callIdStack.at(-1)).toMatch(/^product\.get\.[0-9a-f-]{36}$/)
    expect(seen[0]?.callIdStack.every((id) => typeof id === 'string')).toBe(true)
  })

  it("keeps Nameko's context apart from headers, and leaves out its bookkeeping and what is no text", async () => {
    seen.length = 0
    const headers = {
      'nameko.auth_token': 'secret',
      'nameko.call_id_stack': 'a.b.1',
      'x-idempotency-key': 'k',
      count: 1,
    }
    await call({ args: [], kwargs: {} }, headers)
    expect(seen[0]).toMatchObject({ headers: { 'x-idempotency-key': 'k' }, context: { auth_token: 'secret' } })
    expect(Object.keys(seen[0]!.headers).concat(Object.keys(seen[0]!.context))).toHaveLength(2)
  })

  it('leaves room for a document in an argument, and none for one in the text', () => {
    const long = new RpcFault('Long', 'a.Long', 'x'.repeat(9000), ['y'.repeat(9000)])
    const { value, exc_args: args } = toErrorEnvelope(long)
    expect([value.length, (args[0] as string).length]).toEqual([1024, 8192])
  })
})
