import { expect, it } from 'vitest'
import {
  IncorrectSignatureError,
  InvalidMessageError,
  MessageTooLargeError,
  MethodNotFoundError,
  RemoteError,
  RpcFault,
} from '../../src/index.ts'
import { uniqueName, type Fresh } from '../harness.ts'

class OutOfStockError extends Error {
  override readonly name = 'OutOfStockError'
  readonly code = 'out-of-stock'
}

export function rpcErrorCases(fresh: Fresh): void {
  async function outcome(method: () => Promise<unknown>, name = 'run', kwargs: unknown = {}) {
    const { bus } = fresh()
    const service = uniqueName()
    bus.serve(service, { run: method })
    await bus.start?.()
    const call = { kwargs: kwargs as Record<string, unknown> }
    const settled = bus.request({ service, method: name }, call).then(
      (value) => ({ value }),
      (error: unknown) => error,
    )
    await fresh().passTime(350)
    return settled
  }
  const fine = async () => 'fine'

  it.each(['missing', 'toString', 'constructor', '__proto__'])('has no method %s', async (name) => {
    const error = await outcome(fine, name)
    expect(error).toBeInstanceOf(MethodNotFoundError)
    expect(error).toMatchObject({ message: name, excPath: 'nameko.exceptions.MethodNotFound', excArgs: [name] })
  })

  it('passes on that the arguments do not fit', async () => {
    const error = await outcome(() => Promise.reject(new IncorrectSignatureError('needs a sku')))
    expect(error).toBeInstanceOf(IncorrectSignatureError)
    expect(error).toMatchObject({ message: 'needs a sku' })
  })

  it('refuses kwargs that are no object', async () => {
    expect(await outcome(fine, 'run', ['a'])).toBeInstanceOf(IncorrectSignatureError)
  })

  it('brings a chosen fault over with path and arguments', async () => {
    const fault = new RpcFault('NotFound', 'products.exceptions.NotFound', 'no such product', [
      'sku-1',
      7,
      { at: [true] },
    ])
    const error = await outcome(() => Promise.reject(fault))
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({
      excType: 'NotFound',
      excPath: 'products.exceptions.NotFound',
      excArgs: ['sku-1', '7', { at: ['true'] }],
      value: 'no such product',
    })
  })

  it('brings an error with a stable code over under that code', async () => {
    const error = await outcome(() => Promise.reject(new OutOfStockError('3 left')))
    expect(error).toMatchObject({ excType: 'OutOfStockError', excPath: 'toko.errors.out-of-stock', value: '3 left' })
  })

  it.each([
    ['an unexpected error', new Error('SELECT * FROM secrets')],
    ['an error of the system', Object.assign(new Error('SELECT 10.0.0.7'), { code: 'ECONNREFUSED' })],
    ['something that is no error', 'SELECT'],
  ])('tells nothing about %s', async (_, thrown) => {
    const error = await outcome(() => Promise.reject(thrown))
    expect(error).toMatchObject({
      excType: 'InternalError',
      excPath: 'toko.errors.internal-error',
      value: 'internal error',
    })
    expect(JSON.stringify(error)).not.toContain('SELECT')
  })

  it('answers also when the method throws synchronously', async () => {
    const error = await outcome(() => {
      throw new OutOfStockError('thrown')
    })
    expect(error).toMatchObject({ excPath: 'toko.errors.out-of-stock' })
  })

  it('answers also when the method has no end', async () => {
    expect(await outcome(() => new Promise(() => {}))).toMatchObject({ excPath: 'toko.errors.handler-timeout' })
  })

  it.each([
    ['a BigInt', 1n],
    ['undefined inside', { a: undefined }],
    ['more than 256 KiB', 'x'.repeat(256 * 1024)],
  ])('answers also when the result is %s', async (_, result) => {
    const error = await outcome(async () => result)
    expect(error).toMatchObject({ excPath: 'nameko.exceptions.UnserializableValueError', excArgs: [] })
  })

  it('cuts an error text that is too long', async () => {
    const error = await outcome(() => Promise.reject(new OutOfStockError('x'.repeat(100_000))))
    expect(error).toBeInstanceOf(RemoteError)
    expect((error as RemoteError).value).toHaveLength(1024)
  })

  it('sends no arguments that cannot travel', async () => {
    expect(await outcome(fine, 'run', { total: Number.NaN })).toBeInstanceOf(InvalidMessageError)
  })

  it.each([
    ['an overlong method', 'x'.repeat(230)],
    ['a wildcard', '*'],
    ['two words', 'run.now'],
    ['nothing', ''],
  ])('sends no call of %s', async (_, name) => {
    expect(await outcome(fine, name)).toBeInstanceOf(InvalidMessageError)
  })

  it('sends no headers that are too large', async () => {
    const { bus } = fresh()
    await bus.start?.()
    const headers = { 'x-note': 'n'.repeat(17 * 1024) }
    const call = bus.request({ service: uniqueName(), method: 'run' }, {}, { headers })
    await expect(call).rejects.toThrow(InvalidMessageError)
  })

  it('sends no arguments that are too large', async () => {
    expect(await outcome(fine, 'run', { text: 'x'.repeat(256 * 1024) })).toBeInstanceOf(MessageTooLargeError)
  })
}
