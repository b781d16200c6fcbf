import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { effectsOf, newDatabaseName, newKey, type PaymentUnderTest, startPayment, times } from './harness.ts'

const database = newDatabaseName()
let payment: PaymentUnderTest
let replica: PaymentUnderTest

beforeAll(async () => {
  payment = await startPayment({}, database)
  replica = await startPayment({}, database)
})
afterEach(async () => {
  await payment.faults({})
})
afterAll(async () => {
  await payment.service.stop?.()
  await replica.service.stop?.()
})

const one = (fault: object) => payment.faults({ faults: [{ remaining: 1, ...fault }] })

/** Sends one authorise and tells how it ended for the client, then that the fault is used up. */
async function authoriseUnder(fault: object, timeoutMs = 5000) {
  await one(fault)
  const key = newKey()
  const startedMs = performance.now()
  const answer = await payment.authorise(key, {}, { timeoutMs }).catch((error: Error) => error)
  const tookMs = performance.now() - startedMs
  return { key, answer, tookMs }
}

describe('each fault bites once and clears', () => {
  it('delay: late, and right', async () => {
    const { key, answer, tookMs } = await authoriseUnder({ kind: 'delay', delayMs: 400 })
    expect(tookMs).toBeGreaterThanOrEqual(395)
    expect(answer).toMatchObject({ status: 201, body: { state: 'approved' } })
    expect(await effectsOf(payment, key)).toEqual(['authorised'])
    expect((await payment.authorise(key)).status).toBe(200)
  })

  it('timeout-after-effect: no answer, and the effect', async () => {
    const { key, answer } = await authoriseUnder({ kind: 'timeout-after-effect' }, 400)
    expect(answer).toMatchObject({ name: 'TimeoutError' })
    expect(await effectsOf(payment, key)).toEqual(['authorised'])
    expect((await payment.authorise(key)).status).toBe(200)
  })

  it.each([
    ['none', undefined],
    ['before', ['authorised']],
  ])('error-500 with effect %s', async (effect, effects) => {
    const { key, answer } = await authoriseUnder({ kind: 'error-500', effect })
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(await effectsOf(payment, key)).toEqual(effects)
    expect((await payment.authorise(key)).status).toBe(effects ? 200 : 201)
  })

  it.each([
    ['none', undefined],
    ['before', ['authorised']],
  ])('reset with effect %s', async (effect, effects) => {
    const { key, answer } = await authoriseUnder({ kind: 'reset', effect })
    expect(answer).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } })
    expect(await effectsOf(payment, key)).toEqual(effects)
    expect((await payment.authorise(key)).status).toBe(effects ? 200 : 201)
  })

  it.each(['error-500', 'reset'])('%s whose effect comes after it', async (kind) => {
    const { key } = await authoriseUnder({ kind, effect: 'after' })
    await eventually(async () => expect(await effectsOf(payment, key)).toEqual(['authorised']))
  })

  it('malformed: half a document, and the effect', async () => {
    const { key, answer } = await authoriseUnder({ kind: 'malformed' })
    expect(answer).toBeInstanceOf(SyntaxError)
    expect(await effectsOf(payment, key)).toEqual(['authorised'])
    expect((await payment.authorise(key)).status).toBe(200)
  })

  it('wrong-amount: only the answer is wrong', async () => {
    const { key, answer } = await authoriseUnder({ kind: 'wrong-amount' })
    expect(answer).toMatchObject({ status: 201, body: { amountMinor: 1001, state: 'approved' } })
    expect(await payment.ledger(key)).toMatchObject({ authorisedMinor: 1000 })
    expect((await payment.query(key)).body.amountMinor).toBe(1000)
  })

  it('late-approval: a 500 now, the approval later', async () => {
    const { key, answer } = await authoriseUnder({ kind: 'late-approval', delayMs: 300 })
    expect(answer).toMatchObject({ status: 500 })
    expect((await payment.query(key)).status).toBe(404)
    await eventually(async () => expect(await effectsOf(payment, key)).toEqual(['authorised']))
  })

  it('late-approval after a void: refused for ever (R6)', async () => {
    const { key } = await authoriseUnder({ kind: 'late-approval', delayMs: 200 })
    await payment.void(key)
    const late = newKey()
    await one({ kind: 'late-approval', delayMs: 300 })
    await payment.authorise(late)
    // The second one's approval shows that the first one's time is over.
    await eventually(async () => expect(await effectsOf(payment, late)).toEqual(['authorised']))
    expect(await effectsOf(payment, key)).toEqual(['voided'])
  })
})

describe('switches', () => {
  it('hit only the named operations', async () => {
    await payment.faults({ faults: [{ kind: 'error-500', operations: ['void', 'query'] }] })
    const key = newKey()
    expect((await payment.authorise(key)).status).toBe(201)
    expect((await payment.query(key)).status).toBe(500)
    expect((await payment.void(key)).status).toBe(500)
    expect((await payment.capture(key)).status).toBe(200)
  })

  it('reach the other replica, and clear there', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.faults({ faults: [{ kind: 'error-500' }] })
    await eventually(async () => expect((await replica.query(key)).status).toBe(500), { timeoutMs: 1000 })
    await payment.faults({})
    expect((await payment.query(key)).status).toBe(200)
    await eventually(async () => expect((await replica.query(key)).status).toBe(200), { timeoutMs: 1000 })
  })

  it('hit exactly `remaining` of many parallel calls on two replicas', async () => {
    await payment.faults({ faults: [{ kind: 'error-500', operations: ['authorise'], remaining: 7 }] })
    const probe = { kind: 'error-500', remaining: 7 }
    await eventually(async () =>
      expect((await replica.call('GET', '/faults', undefined, { as: 'admin' })).body.faults).toMatchObject([probe]),
    )
    const answers = await times(40, (i) => (i % 2 ? payment : replica).authorise(newKey()))
    const seen = answers.filter(({ status }) => status === 500).length
    // The replica may not have seen the switch for the first calls, so the rest is hit by the next ones.
    const more = await times(20, () => payment.authorise(newKey()))
    expect(seen + more.filter(({ status }) => status === 500).length).toBe(7)
    expect((await payment.call('GET', '/faults', undefined, { as: 'admin' })).body.faults).toMatchObject([
      { remaining: 0 },
    ])
  })

  it('draw the same calls for the same seed, about as many as the probability says', async () => {
    const run = async () => {
      await payment.faults({ faults: [{ kind: 'error-500', probability: 0.3 }], seed: 42 })
      const statuses: number[] = []
      for (let i = 0; i < 60; i++) statuses.push((await payment.query(newKey())).status)
      return statuses
    }
    const first = await run()
    expect(await run()).toEqual(first)
    const hits = first.filter((status) => status === 500).length
    expect(hits).toBeGreaterThan(8)
    expect(hits).toBeLessThan(30)
  })

  it('are counted', async () => {
    await one({ kind: 'error-500' })
    await payment.query(newKey())
    expect(await payment.metrics.render()).toMatch(/toko_payment_faults_total\{kind="error-500",service="payment"\} \d/)
  })

  it('hold no stop up: a silent request is let go', async () => {
    const other = await startPayment({}, database)
    await other.faults({ faults: [{ kind: 'timeout-after-effect' }] })
    const key = newKey()
    const silent = other.authorise(key).catch((error: Error) => error)
    await eventually(async () => expect(await effectsOf(other, key)).toEqual(['authorised']))
    const startedMs = performance.now()
    await other.service.stop?.()
    expect(performance.now() - startedMs).toBeLessThan(5000)
    expect(await silent).toBeInstanceOf(Error)
  })
})
