import { newId } from '@toko/contracts'
import { serviceToken } from '@toko/http'
import { RpcTimeoutError } from '@toko/messaging'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { effectsOf, fromOrderSecret, newKey, type PaymentUnderTest, startPayment } from './harness.ts'

let payment: PaymentUnderTest
const asOrder = serviceToken('order', 'payment', fromOrderSecret)

beforeAll(async () => {
  payment = await startPayment()
})
afterEach(async () => {
  await payment.faults({})
})
afterAll(async () => {
  await payment.service.stop?.()
  await payment.bus.stop?.()
})

async function rpc(method: string, kwargs: Record<string, unknown>, timeoutMs = 5000): Promise<unknown> {
  const headers = { authorization: `Bearer ${await asOrder()}`, 'x-request-timeout-ms': String(timeoutMs) }
  return payment.bus.request({ service: 'payment', method }, { kwargs }, { headers, timeoutMs })
}
const asked = (key: string) => ({
  key,
  amountMinor: 1000,
  currency: 'IDR',
  method: 'card_ok',
  orderId: key.split(':')[0]!,
})
const authorise = (key: string, timeoutMs?: number) => rpc('authorise_payment', asked(key), timeoutMs)
const failure = (reply: Promise<unknown>) => reply.catch((error: unknown) => error)

/** Each call has the same effect and the same answer by RPC; the repeat over HTTP shows it. */
describe('methods for the order service', () => {
  it('authorise_payment, get_payment, capture_payment, refund_payment, audit_payments', async () => {
    const key = newKey()
    const refundKey = newId('rfd')
    const authorised = await authorise(key)
    expect(authorised).toMatchObject({ key, state: 'approved' })
    expect((await payment.authorise(key)).body).toEqual(authorised)
    expect(await rpc('get_payment', { key })).toEqual(authorised)
    const captured = await rpc('capture_payment', { key })
    expect(captured).toMatchObject({ state: 'captured' })
    expect((await payment.capture(key)).body).toEqual(captured)
    const refunded = await rpc('refund_payment', { key, refundKey, amountMinor: 400 })
    expect(refunded).toMatchObject({ amountMinor: 400, refundedMinor: 400 })
    expect((await payment.refund(key, refundKey, 400)).body).toEqual(refunded)
    const ledger = await rpc('audit_payments', { ids: [key.split(':')[0]] })
    expect(ledger).toMatchObject({ items: [{ key, capturedMinor: 1000, refundedMinor: 400 }] })
    expect(await effectsOf(payment, key)).toEqual(['authorised', 'captured', 'refunded'])
  })

  it('void_payment, and refusals with what stands in the way', async () => {
    const key = newKey()
    expect(await rpc('void_payment', { key })).toMatchObject({ state: 'voided' })
    const error = await failure(authorise(key))
    expect(error).toMatchObject({ excPath: 'toko.errors.illegal-transition' })
    expect(JSON.parse(String((error as { excArgs: unknown[] }).excArgs[1]))).toMatchObject({
      status: 409,
      state: 'voided',
    })
    expect(await failure(rpc('get_payment', { key: newKey() }))).toMatchObject({ excPath: 'toko.errors.not-found' })
  })
})

/** RPC has no connection that could break; what a caller learns is as little as over HTTP. */
describe('a fault of the provider, by RPC', () => {
  it('reset: the caller is told that the connection is lost, and the effect is there', async () => {
    await payment.faults({ faults: [{ kind: 'reset', effect: 'before', remaining: 1 }] })
    const key = newKey()
    expect(await failure(authorise(key))).toMatchObject({ excPath: 'toko.errors.connection-lost' })
    expect(await effectsOf(payment, key)).toEqual(['authorised'])
  })

  it('malformed: half a document as text', async () => {
    await payment.faults({ faults: [{ kind: 'malformed', remaining: 1 }] })
    expect(await authorise(newKey())).toMatch(/^\{"key":"ord_/)
  })

  it('timeout-after-effect: no reply in time, the effect, and nothing that stays behind', async () => {
    await payment.faults({ faults: [{ kind: 'timeout-after-effect' }] })
    const keys = Array.from({ length: 12 }, () => newKey()) // more than are served at a time
    const failures = await Promise.all(keys.map((key) => failure(authorise(key, 700))))
    for (const error of failures) expect(error).toBeInstanceOf(RpcTimeoutError)
    await payment.faults({})
    expect(await authorise(keys[0]!)).toMatchObject({ state: 'approved' })
    expect(await effectsOf(payment, keys[0]!)).toEqual(['authorised'])
  })
})
