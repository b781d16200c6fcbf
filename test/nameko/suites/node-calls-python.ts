import {
  IncorrectSignatureError,
  MethodNotFoundError,
  RemoteError,
  type RequestOptions,
  UnknownServiceError,
} from '@toko/messaging'
import { describe, expect, it } from 'vitest'
import type { Peers } from '../peers.ts'
import { callWithBody } from '../raw.ts'

const call = (name: string) => expect.stringMatching(new RegExp(`^${name}\\.[0-9a-f-]{36}$`)) as unknown

export const nodeCallsPython = (peers: () => Peers) =>
  describe('Node calls Python', () => {
    const request = (method: string, kwargs: Record<string, unknown> = {}, options: RequestOptions = {}) =>
      peers().bus.request({ service: 'probe', method }, { kwargs }, options)
    const failure = (method: string, kwargs?: Record<string, unknown>) =>
      request(method, kwargs).catch((error: unknown) => error)

    it('with arguments by place and by name, and gets the result', async () => {
      const [args, kwargs] = [[1, 'a', null, { x: [1.5, true] }], { text: 'teh ☕' }]
      const { bus } = peers()
      expect(await bus.request({ service: 'probe', method: 'echo' }, { args, kwargs })).toMatchObject({ args, kwargs })
    })

    it('and the context travels: the call stack, the token, headers of our own', async () => {
      const headers = { 'nameko.auth_token': 'a token', 'x-idempotency-key': 'k' }
      expect(await request('echo', {}, { headers })).toMatchObject({
        context: {
          call_id_stack: [call('toko.call'), call('probe.echo')],
          auth_token: 'a token',
          'x-idempotency-key': 'k',
        },
      })
    })

    it('error MethodNotFound', async () => {
      const error = await failure('nothing')
      expect(error).toBeInstanceOf(MethodNotFoundError)
      expect(error).toMatchObject({ excArgs: ['nothing'] })
    })

    it('error IncorrectSignature', async () => {
      const error = await failure('fail', { text: 'the number is missing' })
      expect(error).toBeInstanceOf(IncorrectSignatureError)
      expect((error as Error).message).toContain('number')
    })

    it('error MalformedRequest', async () => {
      const reply = await callWithBody(peers().amqpUrl, 'probe', 'echo', { args: [] })
      expect(reply).toMatchObject({
        result: null,
        error: { exc_type: 'MalformedRequest', exc_path: 'nameko.exceptions.MalformedRequest' },
      })
    })

    it('error UnknownService, here and behind the called service', async () => {
      const error = await peers()
        .bus.request({ service: 'nobody', method: 'x' }, {})
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UnknownServiceError)
      const remote = await failure('relay', { target: 'ghost', method: 'x', kwargs: {} })
      expect(remote).toBeInstanceOf(RemoteError)
      expect(remote).toMatchObject({ excPath: 'nameko.exceptions.UnknownService' })
    })

    it("error RemoteError: the service's own exception with its arguments as text", async () => {
      const error = await failure('fail', { text: 'no such thing', number: 7 })
      expect(error).toBeInstanceOf(RemoteError)
      expect(error).toMatchObject({
        excType: 'ProbeError',
        excPath: 'probe.ProbeError',
        excArgs: ['no such thing', '7'],
      })
    })

    it('error UnserializableValueError', async () => {
      expect(await failure('unserialisable')).toMatchObject({
        excType: 'UnserializableValueError',
        excPath: 'nameko.exceptions.UnserializableValueError',
      })
    })

    it('and decimals arrive as text', async () => {
      expect(await request('money')).toEqual({ amount: '10.10' })
    })
  })
