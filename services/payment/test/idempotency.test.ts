import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answered,
  effectsOf,
  newDatabaseName,
  newKey,
  type PaymentUnderTest,
  startPayment,
  times,
} from './harness.ts'

const database = newDatabaseName()
let replicas: PaymentUnderTest[]
let payment: PaymentUnderTest

beforeAll(async () => {
  replicas = await times(2, () => startPayment({}, database))
  payment = replicas[0]!
})
afterAll(async () => {
  await Promise.all(replicas.map(async ({ service }) => service.stop?.()))
})

/** The i-th of many parallel calls, spread over both replicas. */
const on = (index: number) => replicas[index % 2]!
const count = (answers: readonly Answered[], status: number) =>
  answers.filter((answer) => answer.status === status).length
const distinct = (answers: readonly Answered[]) => new Set(answers.map(({ body }) => JSON.stringify(body))).size

describe('50 parallel equal calls on two replicas', () => {
  it('authorise once: one 201, one answer', async () => {
    const key = newKey()
    const answers = await times(50, (i) => on(i).authorise(key))
    expect([count(answers, 201), count(answers, 200), distinct(answers)]).toEqual([1, 49, 1])
    expect(answers[0]!.body).toMatchObject({ key, state: 'approved', amountMinor: 1000, currency: 'IDR' })
    expect(await effectsOf(payment, key)).toEqual(['authorised'])
  })

  it('decline once', async () => {
    const key = newKey()
    const answers = await times(50, (i) => on(i).authorise(key, { method: 'card_insufficient_funds' }))
    expect([count(answers, 201), count(answers, 200), distinct(answers)]).toEqual([1, 49, 1])
    expect(answers[0]!.body).toMatchObject({ state: 'declined', declineCode: 'insufficient-funds', retryable: true })
    expect(await effectsOf(payment, key)).toEqual(['declined'])
  })

  it('capture once', async () => {
    const key = newKey()
    await payment.authorise(key)
    const answers = await times(50, (i) => on(i).capture(key))
    expect([count(answers, 200), distinct(answers)]).toEqual([50, 1])
    expect(answers[0]!.body).toMatchObject({ state: 'captured', capturedMinor: 1000 })
    expect(await effectsOf(payment, key)).toEqual(['authorised', 'captured'])
  })

  it('void once, of a known and of an unknown key', async () => {
    const known = newKey()
    const unknown = newKey()
    await payment.authorise(known)
    for (const [key, effects] of [
      [known, ['authorised', 'voided']],
      [unknown, ['voided']],
    ] as const) {
      const answers = await times(50, (i) => on(i).void(key))
      expect([count(answers, 200), distinct(answers)]).toEqual([50, 1])
      expect(answers[0]!.body.state).toBe('voided')
      expect(await effectsOf(payment, key)).toEqual(effects)
    }
  })

  it('refund once per refund key', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.capture(key)
    const answers = await times(50, (i) => on(i).refund(key, 'r1', 300))
    expect([count(answers, 201), count(answers, 200), distinct(answers)]).toEqual([1, 49, 1])
    expect(await effectsOf(payment, key)).toEqual(['authorised', 'captured', 'refunded'])
  })
})

describe('a key belongs to one request', () => {
  it.each([{ amountMinor: 1001 }, { method: 'card_slow' }, { currency: 'EUR' }])('refuses %j', async (other) => {
    const key = newKey()
    await payment.authorise(key)
    const answer = await payment.authorise(key, other)
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused'])
    expect((await payment.query(key)).body).toMatchObject({ amountMinor: 1000, state: 'approved' })
  })

  it('refuses another amount of a capture and of a refund', async () => {
    const key = newKey()
    await payment.authorise(key)
    expect((await payment.capture(key, { amountMinor: 600 })).body).toMatchObject({ capturedMinor: 600 })
    expect((await payment.capture(key, { amountMinor: 600 })).status).toBe(200)
    expect((await payment.capture(key)).status).toBe(422)
    expect((await payment.refund(key, 'r1', 100)).status).toBe(201)
    expect((await payment.refund(key, 'r1', 100)).status).toBe(200)
    expect((await payment.refund(key, 'r1', 101)).status).toBe(422)
    expect(await payment.ledger(key)).toMatchObject({ capturedMinor: 600, refundedMinor: 100 })
  })

  it('refuses an order that is not the one of the key', async () => {
    const key = newKey()
    const answer = await payment.authorise(key, { orderId: newKey().split(':')[0] })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/orderId' }] } })
    expect((await payment.query(key)).status).toBe(404)
  })

  it('understands a colon that is percent-encoded', async () => {
    const key = newKey()
    await payment.authorise(key)
    expect((await payment.query(key.replace(':', '%3A'))).body.key).toBe(key)
  })
})

describe('void before authorise', () => {
  it('refuses the key for ever', async () => {
    const key = newKey()
    expect((await payment.void(key)).body).toMatchObject({ state: 'voided', amountMinor: 0 })
    for (const method of ['card_ok', 'card_declined', 'card_processing']) {
      const answer = await payment.authorise(key, { method })
      expect(answer).toMatchObject({ status: 409, body: { code: 'illegal-transition', state: 'voided' } })
    }
    expect(await payment.ledger(key)).toMatchObject({ state: 'voided', authorisedMinor: 0 })
  })

  it('never leaves an open authorisation when both race', async () => {
    for (let round = 0; round < 20; round++) {
      const key = newKey()
      const [voided, ...authorised] = await Promise.all([
        on(round).void(key),
        ...Array.from({ length: 5 }, (_, i) => on(i).authorise(key)),
      ])
      expect(voided.status).toBe(200)
      expect(authorised.every(({ status }) => [200, 201, 409].includes(status))).toBe(true)
      expect((await payment.query(key)).body.state).toBe('voided')
      expect((await effectsOf(payment, key))!.filter((kind) => kind === 'authorised').length).toBeLessThanOrEqual(1)
    }
  })
})

describe('refunds', () => {
  it('never exceed the captured amount, whoever asks at once (M1)', async () => {
    for (let round = 0; round < 5; round++) {
      const key = newKey()
      await payment.authorise(key)
      await payment.capture(key)
      const answers = await times(50, (i) => on(i).refund(key, `r${i}`, 150))
      expect([count(answers, 201), count(answers, 409)]).toEqual([6, 44])
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'conflict' })
      expect(await payment.ledger(key)).toMatchObject({ capturedMinor: 1000, refundedMinor: 900 })
    }
  })

  it('of one refund key with two amounts: 20 at once, one amount wins and the other is refused for ever', async () => {
    for (let round = 0; round < 5; round++) {
      const key = newKey()
      await payment.authorise(key)
      await payment.capture(key)
      const answers = await times(20, (i) => on(i).refund(key, 'r1', i % 2 ? 300 : 400))
      expect([count(answers, 201), count(answers, 200), count(answers, 422)]).toEqual([1, 9, 10])
      const won = answers.find(({ status }) => status === 201)!.body.amountMinor as number
      expect(await payment.ledger(key)).toMatchObject({ refundedMinor: won })
      expect(await payment.refund(key, 'r1', 700 - won)).toMatchObject({
        status: 422,
        body: { code: 'idempotency-key-reused' },
      })
    }
  })

  it('of 20 sizes at once, each asked for twice: the sum is within what was captured and every key counts once', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.capture(key)
    const answers = await times(40, (i) => on(i).refund(key, `r${i % 20}`, 40 + (i % 20) * 10))
    expect(answers.filter(({ status }) => ![200, 201, 409].includes(status))).toEqual([])
    const { effects, refundedMinor } = (await payment.ledger(key))!
    const refunds = effects.filter(({ kind }) => kind === 'refunded')
    expect(new Set(refunds.map(({ refundKey }) => refundKey)).size).toBe(refunds.length)
    expect(refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(refundedMinor)
    expect(refundedMinor).toBeLessThanOrEqual(1000)
    expect(count(answers, 201)).toBe(refunds.length)
  })

  it.each(['nothing', 'approved', 'voided', 'declined'])('need a capture: %s has none', async (state) => {
    const key = newKey()
    if (state !== 'nothing') await payment.authorise(key, state === 'declined' ? { method: 'card_declined' } : {})
    if (state === 'voided') await payment.void(key)
    const before = await payment.ledger(key)
    expect((await payment.refund(key, 'r1', 1)).status).toBe(state === 'nothing' ? 404 : 409)
    expect(await payment.ledger(key)).toEqual(before)
  })

  it('two at once for all that is left: one wins', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.capture(key)
    const answers = await times(2, (i) => on(i).refund(key, `all${i}`, 1000))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('ends at 100 refunds of one payment', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.capture(key)
    for (let i = 0; i < 100; i++) expect((await payment.refund(key, `r${i}`, 1)).status).toBe(201)
    expect((await payment.refund(key, 'r100', 1)).body.code).toBe('limit-reached')
    expect((await payment.refund(key, 'r0', 1)).status).toBe(200)
  })
})

describe('capture against void', () => {
  it('20 of each at once on two replicas: all captures or all voids answer, and the void of a captured one says so', async () => {
    const key = newKey()
    await payment.authorise(key)
    const answers = await times(40, (i) => (i % 4 < 2 ? on(i).capture(key) : on(i).void(key)))
    expect([count(answers, 200), count(answers, 409)]).toEqual([20, 20])
    const { state } = (await payment.query(key)).body
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => [body.code, body.state])).toEqual(
      Array.from({ length: 20 }, () => ['illegal-transition', state]),
    )
    expect(await effectsOf(payment, key)).toEqual(['authorised', state])
  })

  it('has one winner', async () => {
    for (let round = 0; round < 20; round++) {
      const key = newKey()
      await payment.authorise(key)
      const [captured, voided] = await Promise.all([on(round).capture(key), on(round + 1).void(key)])
      expect([captured.status, voided.status].toSorted()).toEqual([200, 409])
      expect(await effectsOf(payment, key)).toEqual(['authorised', captured.status === 200 ? 'captured' : 'voided'])
    }
  })
})
