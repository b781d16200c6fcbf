import { newId } from '@toko/contracts'
import { beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../faults/support/ask.ts'
import { newGoods, price } from '../../faults/support/shopper.ts'
import { callFromPython, type PythonOutcome } from '../call-from-python.ts'
import type { Peers } from '../peers.ts'
import { runPython } from '../python.ts'

const call = (name: string) => expect.stringMatching(new RegExp(`^${name}\\.[0-9a-f-]{36}$`)) as unknown

export const pythonCallsNode = (peers: () => Peers) =>
  describe('Python calls Node', () => {
    let token: string
    beforeAll(async () => {
      const { shop } = peers()
      const { body } = await ask('POST', `${shop.urls.user}/sessions`, { body: shop.customer })
      token = body.accessToken as string
    })

    it('and places an order and reads it, with the example client', async () => {
      const { amqpUrl, shop } = peers()
      const sku = await newGoods(shop, 10)
      const { code, stdout, stderr } = await runPython(
        'examples/nameko/client/place_order.py',
        [sku, '--quantity', '2'],
        {
          AMQP_URL: amqpUrl,
          TOKO_USER_URL: shop.urls.user,
          TOKO_EMAIL: shop.customer.email,
          TOKO_PASSWORD: shop.customer.password,
        },
      )
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const order = JSON.parse(stdout) as { id: string }
      expect(order).toMatchObject({
        status: 'confirmed',
        total: { amount: 2 * price, currency: 'IDR' },
        lines: [{ sku, quantity: 2 }],
      })
      const read = await ask('GET', `${shop.urls.order}/orders/${order.id}`, { token: `Bearer ${token}` })
      expect(read).toMatchObject({ status: 200, body: { id: order.id, status: 'confirmed' } })
    })

    it('which is refused with one line when the shop says no', async () => {
      const { amqpUrl, shop } = peers()
      const { code, stdout, stderr } = await runPython('examples/nameko/client/place_order.py', ['NO-SUCH-SKU'], {
        AMQP_URL: amqpUrl,
        TOKO_USER_URL: shop.urls.user,
        TOKO_EMAIL: shop.customer.email,
        TOKO_PASSWORD: shop.customer.password,
      })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^RemoteError: .+\n$/)
    })

    it('with arguments by place and by name, and gets the result', async () => {
      const [args, kwargs] = [[1, 'a', null, { x: [1.5, true] }], { text: 'teh ☕' }]
      const outcomes = await callFromPython(peers().amqpUrl, [{ service: 'nodeprobe', method: 'echo', args, kwargs }])
      expect(outcomes).toEqual([{ result: { args, kwargs } }])
    })

    it('and the call stack travels there and back again', async () => {
      const { amqpUrl, node } = peers()
      const [outcome] = await callFromPython(amqpUrl, [{ service: 'nodeprobe', method: 'through' }])
      const origin = [call('standalone_rpc_proxy.call'), call('nodeprobe.through')]
      expect(node.calls.at(-1)?.callIdStack).toEqual(origin)
      expect(outcome).toMatchObject({ result: { context: { call_id_stack: [...origin, call('probe.echo')] } } })
    })

    it('and the context travels: the token, and what the caller adds', async () => {
      const { amqpUrl, node } = peers()
      const context = { auth_token: 'a token', language: 'id', shop: 'a shop' }
      await callFromPython(amqpUrl, [{ service: 'nodeprobe', method: 'echo', context }])
      expect(node.calls.at(-1)?.context).toEqual(context)
    })

    it("and a customer's token opens the shop, directly and through a Nameko service", async () => {
      const id = newId('ord')
      const direct = { service: 'order', method: 'get_order', kwargs: { id } }
      const through = {
        service: 'probe',
        method: 'relay',
        kwargs: { target: 'order', method: 'get_order', kwargs: { id } },
      }
      const context = { auth_token: token }
      const outcomes = await callFromPython(peers().amqpUrl, [
        { ...direct, context },
        { ...through, context },
        direct,
        through,
      ])
      const [found, foundThere, refused, refusedThere] = outcomes
      expect(found).toMatchObject({ type: 'NotFound' })
      expect(refused).toMatchObject({ type: 'Unauthenticated' })
      // The service between has no handler for it: to its caller it is that service's own RemoteError.
      expect(foundThere).toMatchObject({ type: 'RemoteError', text: 'NotFound Not found' })
      expect(refusedThere).toMatchObject({
        type: 'RemoteError',
        text: expect.stringMatching(/^Unauthenticated /) as unknown,
      })
    })

    describe('and meets each error', () => {
      let outcomes: Record<string, PythonOutcome>
      beforeAll(async () => {
        const calls = {
          MethodNotFound: { service: 'order', method: 'nothing' },
          IncorrectSignature: { service: 'order', method: 'get_order', context: { auth_token: token } },
          MalformedRequest: { service: 'order', method: 'get_order', body: { kwargs: {} } },
          UnknownService: { service: 'nobody', method: 'x' },
          RemoteError: {
            service: 'order',
            method: 'get_order',
            kwargs: { id: newId('ord') },
            context: { auth_token: token },
          },
          UnserializableValueError: { service: 'nodeprobe', method: 'unserialisable' },
        }
        const came = await callFromPython(peers().amqpUrl, Object.values(calls))
        outcomes = Object.fromEntries(Object.keys(calls).map((name, n) => [name, came[n]!]))
      })

      it.each(['MethodNotFound', 'IncorrectSignature', 'MalformedRequest', 'UnknownService'])('%s', (name) => {
        expect(outcomes[name]).toMatchObject({ error: name })
      })
      it('RemoteError, with what the shop says', () => {
        expect(outcomes['RemoteError']).toMatchObject({ error: 'RemoteError', type: 'NotFound', text: 'Not found' })
      })
      it('UnserializableValueError', () => {
        expect(outcomes['UnserializableValueError']).toMatchObject({
          error: 'RemoteError',
          type: 'UnserializableValueError',
        })
      })
    })
  })
