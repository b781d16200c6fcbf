import { describe, expect, it } from 'vitest'
import { InvalidMessageError } from '../errors.ts'
import { decodeReply, encodeError, encodeRequest, encodeResult } from './rpc-codec.ts'
import { IncorrectSignatureError, MalformedRequestError, MethodNotFoundError, RemoteError } from './rpc-errors.ts'

const reply = (value: unknown) => Buffer.from(JSON.stringify(value))

function failure(body: Uint8Array): unknown {
  try {
    return decodeReply(body)
  } catch (error) {
    return error
  }
}

describe('rpc codec', () => {
  it("writes Nameko's request", () => {
    const target = { service: 'product', method: 'get' }
    const request = encodeRequest({
      target,
      call: { args: [1] },
      headers: { 'x-a': 'b' },
      stack: ['s'],
      timeoutMs: 800,
    })
    expect(request).toMatchObject({
      exchange: 'nameko-rpc',
      routingKey: 'product.get',
      expirationMs: 800,
      headers: { 'x-a': 'b', 'nameko.call_id_stack': ['s'] },
    })
    expect(request.body.toString()).toBe('{"args":[1],"kwargs":{}}')
    expect(request.correlationId).toBe(request.messageId)
  })

  it("writes Nameko's replies", () => {
    expect(encodeResult(undefined).toString()).toBe('{"result":null,"error":null}')
    const error = { exc_type: 'NotFound', exc_path: 'p.NotFound', exc_args: ['x'], value: 'x' }
    expect(JSON.parse(encodeError(error).toString())).toEqual({ result: null, error })
  })

  it.each([
    [{ result: 1, error: null }, 1],
    [{ result: 1 }, 1],
    [{ result: null, error: {} }, null],
    [{ result: 1, error: null, extra: true }, 1],
  ])('takes %j for success', (value, result) => {
    expect(decodeReply(reply(value))).toBe(result)
  })

  it.each([
    ['MethodNotFound', MethodNotFoundError],
    ['IncorrectSignature', IncorrectSignatureError],
    ['MalformedRequest', MalformedRequestError],
    ['UnknownService', RemoteError],
  ])('makes of %s what a Nameko caller makes of it', (name, expected) => {
    const error = { exc_type: name, exc_path: `nameko.exceptions.${name}`, exc_args: ['text'], value: 'text' }
    expect(failure(reply({ result: null, error }))).toBeInstanceOf(expected)
  })

  it('survives an error without most of its parts', () => {
    expect(failure(reply({ result: null, error: { exc_type: 'Oops', value: 'v' } }))).toMatchObject({
      excType: 'Oops',
      excPath: '',
      excArgs: [],
      value: 'v',
    })
    expect(failure(reply({ result: null, error: { exc_args: 'text', exc_type: 1 } }))).toBeInstanceOf(RemoteError)
  })

  it.each(['null', '7', '{}', '{"error":null}', 'NaN', '{'])('refuses %s as a reply', (text) => {
    expect(failure(Buffer.from(text))).toBeInstanceOf(InvalidMessageError)
  })
})
