import type { RequestListener } from 'node:http'
import { newId } from '@toko/contracts'
import { asDate, dueFilter } from '@toko/database'
import { serviceToken } from '@toko/http'
import { describeHostileInput, eventually } from '@toko/testkit'
import mongoose from 'mongoose'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paymentApi, routesOf, type Features } from '../src/routes.ts'
import { fromOrderSecret, newDatabaseName, newKey, type PaymentUnderTest, startPayment, times } from './harness.ts'

const database = newDatabaseName()
let payment: PaymentUnderTest

beforeAll(async () => {
  payment = await startPayment({}, database)
})
afterAll(async () => {
  await payment.service.stop?.()
})

const asOrder = serviceToken('order', 'payment', fromOrderSecret)

describeHostileInput({
  app: () => payment.service.app as RequestListener,
  routes: routesOf({} as Features),
  authorization: async ({ auth }) =>
    auth === 'service' ? `Bearer ${await asOrder()}` : payment.tokens.user(undefined, { roles: ['admin'] }),
})

describe('test cards', () => {
  it('card_slow approves after its time, and answers repeats at once', async () => {
    const slow = await startPayment({ PAYMENT_SLOW_CARD_MS: '400' }, database)
    const key = newKey()
    const startedMs = performance.now()
    expect((await slow.authorise(key, { method: 'card_slow' })).body.state).toBe('approved')
    const approvedMs = performance.now()
    expect(approvedMs - startedMs).toBeGreaterThanOrEqual(395)
    expect((await slow.authorise(key, { method: 'card_slow' })).status).toBe(200)
    expect(performance.now() - approvedMs).toBeLessThan(350)
    await slow.service.stop?.()
  })

  it('card_late_approval approves late; a void before that wins', async () => {
    const late = await startPayment({ PAYMENT_LATE_APPROVAL_MS: '500' }, database)
    const [kept, voided] = [newKey(), newKey()]
    for (const key of [voided, kept])
      expect((await late.authorise(key, { method: 'card_late_approval' })).body.state).toBe('processing')
    expect((await late.void(voided)).body.state).toBe('voided')
    await eventually(async () => expect((await late.query(kept)).body.state).toBe('approved'))
    expect(await late.ledger(voided)).toMatchObject({ state: 'voided', authorisedMinor: 0 })
    const connection = await mongoose.createConnection(late.mongoUrl, { dbName: database }).asPromise()
    // What is definitive is not looked at again.
    expect(await connection.collection('payments').countDocuments({ settlesAt: { $exists: true } })).toBe(0)
    await connection.close()
    await late.service.stop?.()
  })

  it('a void of a declined payment leaves it declined', async () => {
    const key = newKey()
    await payment.authorise(key, { method: 'card_declined' })
    expect(await payment.void(key)).toMatchObject({ status: 200, body: { state: 'declined', retryable: false } })
    expect((await payment.capture(key)).body).toMatchObject({ code: 'illegal-transition', state: 'declined' })
  })
})

describe('who may call', () => {
  const as = async (authorization: string | undefined, method: 'get' | 'put', path: string) => {
    const test = request(payment.service.app)[method](path)
    if (authorization) test.set('Authorization', authorization)
    return (await test.ok(() => true)).status
  }

  it('payments: the order service alone', async () => {
    const path = `/payments/${newKey()}`
    expect(await as(`Bearer ${await asOrder()}`, 'get', path)).toBe(404)
    expect(await as(undefined, 'get', path)).toBe(401)
    expect(await as(await payment.tokens.user(undefined, { roles: ['admin'] }), 'get', path)).toBe(403)
    const forged = await serviceToken('order', 'payment', 'a secret that is not the right one')()
    expect(await as(`Bearer ${forged}`, 'get', path)).toBe(401)
    const stranger = await serviceToken('product', 'payment', fromOrderSecret)()
    expect(await as(`Bearer ${stranger}`, 'get', path)).toBe(401)
  })

  it.each(['/faults', '/audit/payments'])('%s: admins alone', async (path) => {
    expect(await as(await payment.tokens.user(undefined, { roles: ['admin'] }), 'get', path)).toBe(200)
    expect(await as(await payment.tokens.user(undefined, { roles: ['orders', 'support'] }), 'get', path)).toBe(403)
    expect(await as(`Bearer ${await asOrder()}`, 'get', path)).toBe(403)
    expect(await as(undefined, 'get', path)).toBe(401)
  })
})

describe('unknown keys', () => {
  it('have no effect to ask for', async () => {
    const key = newKey()
    expect((await payment.query(key)).status).toBe(404)
    expect((await payment.capture(key)).status).toBe(404)
    expect((await payment.refund(key, 'r1', 1)).status).toBe(404)
    expect(await payment.ledger(key)).toBeUndefined()
  })
})

describe('amounts', () => {
  it('of a capture and a refund stay within what there is', async () => {
    const key = newKey()
    await payment.authorise(key)
    expect((await payment.refund(key, 'r1', 1)).body).toMatchObject({ code: 'illegal-transition', state: 'approved' })
    const tooMuch = await payment.capture(key, { amountMinor: 1001 })
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'conflict', capturableMinor: 1000 } })
    await payment.capture(key, { amountMinor: 700 })
    expect((await payment.void(key)).body).toMatchObject({ code: 'illegal-transition', state: 'captured' })
    expect(await payment.refund(key, 'r1', 701)).toMatchObject({ status: 409, body: { refundableMinor: 700 } })
    expect((await payment.refund(key, 'r1', 700)).body).toMatchObject({ refundKey: 'r1', refundedMinor: 700 })
    expect((await payment.query(key)).body).toMatchObject({ state: 'captured', capturedMinor: 700, refundedMinor: 700 })
  })
})

describe('ledger export', () => {
  it('pages through every key once, and refuses a foreign cursor', async () => {
    const fresh = await startPayment()
    const keys = await times(7, async () => {
      const key = newKey()
      await fresh.authorise(key)
      return key
    })
    const found: string[] = []
    let next: string | null = ''
    for (; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`
      const { body } = await fresh.call('GET', `/audit/payments?limit=3${cursor}`, undefined, { as: 'admin' })
      found.push(...body.items.map((entry: { key: string }) => entry.key))
      next = body.next
    }
    expect(found).toEqual(keys.toSorted())
    const [, first] = found
    const ofOrder = await fresh.call('GET', `/audit/payments?orderId=${first!.split(':')[0]}`, undefined, {
      as: 'admin',
    })
    expect(ofOrder.body).toMatchObject({ items: [{ key: first }], next: null })
    const foreign = await fresh.call('GET', '/audit/payments?cursor=abc', undefined, { as: 'admin' })
    expect(foreign.body.code).toBe('cursor-invalid')
    await fresh.service.stop?.()
  })

  it('gives the order service the keys of the orders that it asks for', async () => {
    const orders = [newKey(), newKey(), newKey()].map((key) => key.split(':')[0]!).toSorted()
    const keys = orders.map((id) => `${id}:1`)
    for (const key of keys) await payment.authorise(key)
    await payment.void(`${orders[1]}:2`)
    const ask = async (query: string): Promise<string[]> => {
      const { body } = await payment.call('GET', `/internal/audit/payments?${query}`)
      return body.items.map((entry: { key: string }) => entry.key)
    }
    expect(await ask(`ids=${orders[2]},${orders[1]}`)).toEqual([keys[1], `${orders[1]}:2`, keys[2]])
    expect(await ask(`after=${orders[0]}&limit=3`)).toEqual([keys[1], `${orders[1]}:2`, keys[2]])
    expect(await ask(`after=${orders[0]}&limit=1`)).toEqual([keys[1]])
    expect(await ask('limit=1')).toHaveLength(1)
  })
})

describe('database', () => {
  it('answers every query by an index', async () => {
    const connection = await mongoose.createConnection(payment.mongoUrl, { dbName: database }).asPromise()
    const queries = [
      ['payments', { _id: newKey() }, {}],
      ['payments', { _id: { $gt: newKey() } }, { _id: 1 }],
      ['payments', { $or: [1, 2].map((n) => ({ _id: { $gt: `${n}:`, $lt: `${n};` } })) }, { _id: 1 }],
      ['payments', dueFilter('settlesAt', 1, 9, asDate), { settlesAt: 1 }],
      ['payments', dueFilter('outboxAt', 1, 9, asDate), { outboxAt: 1 }],
      ['deliveries', dueFilter('dueAt', 1, 9, asDate), { dueAt: 1 }],
    ] as const
    for (const [collection, filter, sort] of queries) {
      const plan = await connection
        .collection(collection)
        .find(filter as never, { sort })
        .explain('queryPlanner')
      expect(JSON.stringify(plan), JSON.stringify(filter)).toMatch(/IXSCAN|IDHACK/)
      expect(JSON.stringify(plan), JSON.stringify(filter)).not.toMatch(/COLLSCAN|"stage":"SORT"/)
    }
    await connection.close()
  })

  it('itself refuses to pay back more than was taken (M1)', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.capture(key)
    const connection = await mongoose.createConnection(payment.mongoUrl, { dbName: database }).asPromise()
    const overdraw = connection
      .collection('payments')
      .updateOne({ _id: key as never }, { $set: { refundedMinor: 1001 } })
    await expect(overdraw).rejects.toMatchObject({ code: 121 })
    await connection.close()
  })
})

describe('OpenAPI', () => {
  it('is served and names every route', async () => {
    const { body } = await request(payment.service.app).get('/openapi.json')
    expect(body).toEqual(JSON.parse(JSON.stringify(paymentApi)))
    expect(Object.keys(body.paths)).toHaveLength(11)
  })

  it('is refused a key that is not one', async () => {
    expect((await payment.query(newId('ord'))).status).toBe(404)
    expect((await payment.query(`${newId('ord')}:0`)).status).toBe(404)
  })
})
