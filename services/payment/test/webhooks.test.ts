import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newKey, type PaymentUnderTest, startPayment, times } from './harness.ts'
import { webhookReceiver } from './webhook-receiver.ts'

let shop: Awaited<ReturnType<typeof webhookReceiver>>
let payment: PaymentUnderTest

beforeAll(async () => {
  shop = await webhookReceiver()
  payment = await startPayment({ PAYMENT_WEBHOOK_URL: shop.url })
})
afterEach(async () => {
  shop.answerWith(() => 204)
  await payment.faults({})
})
afterAll(async () => {
  await payment.service.stop?.()
  await shop.stop()
})

const waiting = async () =>
  /toko_payment_webhooks_pending\{service="payment"\} (\d+)/.exec(await payment.metrics.render())?.[1]

describe('webhooks', () => {
  it('come once although the outbox hands the event over again', async () => {
    const keys = Array.from({ length: 20 }, () => newKey())
    for (const key of keys) {
      await payment.authorise(key)
      await payment.capture(key)
      await payment.refund(key, 'r1', 1)
      await eventually(() => expect(shop.of(key)).toHaveLength(3))
    }
    await eventually(async () => expect(await waiting()).toBe('0'))
    for (const key of keys) expect(shop.of(key)).toHaveLength(3)
  })

  it('tell every definitive change once, signed', async () => {
    const key = newKey()
    await payment.authorise(key)
    await payment.authorise(key)
    await payment.capture(key)
    await payment.refund(key, 'r1', 400)
    await payment.refund(key, 'r1', 400)
    await eventually(() => expect(shop.of(key)).toHaveLength(3))
    await eventually(async () => expect(await waiting()).toBe('0'))
    const orderId = key.split(':')[0]
    expect(shop.of(key).toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
      { type: 'payment.approved', key, orderId, amountMinor: 1000, currency: 'IDR' },
      { type: 'payment.captured', amountMinor: 1000 },
      { type: 'payment.refunded', amountMinor: 400, refundKey: 'r1' },
    ])
    expect(new Set(shop.of(key).map(({ id }) => id)).size).toBe(3)
    expect(shop.faults).toEqual([])
  })

  it('tell declines and voids, of unknown keys too', async () => {
    const [declined, voided, unknown] = [newKey(), newKey(), newKey()]
    await payment.authorise(declined, { method: 'card_declined' })
    await payment.authorise(voided)
    await payment.void(voided)
    await payment.void(unknown)
    await eventually(() => {
      expect(shop.of(declined)).toMatchObject([
        { type: 'payment.declined', amountMinor: 0, declineCode: 'card-declined', retryable: false },
      ])
      expect(shop.typesOf(voided).toSorted()).toEqual(['payment.approved', 'payment.voided'])
      expect(shop.of(unknown)).toMatchObject([{ type: 'payment.voided', amountMinor: 0 }])
    })
  })

  it('bring the end of processing, and only that', async () => {
    const [approved, declined] = [newKey(), newKey()]
    const answer = await payment.authorise(approved, { method: 'card_processing' })
    expect(answer).toMatchObject({ status: 201, body: { state: 'processing' } })
    await payment.authorise(declined, { method: 'card_processing_declined' })
    expect((await payment.capture(approved)).body).toMatchObject({ code: 'illegal-transition', state: 'processing' })
    await eventually(() => {
      expect(shop.typesOf(approved)).toEqual(['payment.approved'])
      expect(shop.typesOf(declined)).toEqual(['payment.declined'])
    })
    expect((await payment.query(approved)).body.state).toBe('approved')
    expect((await payment.query(declined)).body).toMatchObject({ state: 'declined', declineCode: 'card-declined' })
  })

  it('are tried again until a 2xx, with the same id', async () => {
    const key = newKey()
    const seen: string[] = []
    shop.answerWith((event) => {
      if (event.key !== key) return 204
      seen.push(event.id)
      return seen.length > 3 ? 204 : [500, 302, 404][seen.length - 1]!
    })
    await payment.authorise(key)
    await eventually(() => expect(shop.of(key)).toHaveLength(1))
    expect(seen).toHaveLength(4)
    expect(new Set(seen).size).toBe(1)
    expect(await payment.metrics.render()).toMatch(
      /toko_payment_webhooks_total\{outcome="failed",service="payment"\} \d/,
    )
    await eventually(async () => expect(await waiting()).toBe('0'))
  })

  it('of one key that get no answer do not hold back others', async () => {
    const silent = newKey()
    let release = () => {}
    const answered = new Promise<void>((resolve) => (release = resolve))
    shop.answerWith(async (event) => (event.key === silent ? answered.then(() => 204) : 204))
    await payment.authorise(silent)
    await eventually(() => expect(shop.attemptsOf(silent)).toBe(1))
    const other = newKey()
    await payment.authorise(other)
    await eventually(() => expect(shop.of(other)).toHaveLength(1), { timeoutMs: 1000 })
    expect(shop.of(silent)).toEqual([])
    release()
    await eventually(() => expect(shop.of(silent)).toHaveLength(1))
  })

  it('of one key that is refused do not hold back others', async () => {
    const refused = newKey()
    shop.answerWith((event) => (event.key === refused ? 500 : 204))
    await payment.authorise(refused)
    const others = await times(20, async () => {
      const key = newKey()
      await payment.authorise(key)
      return key
    })
    await eventually(() => expect(others.every((key) => shop.of(key).length === 1)).toBe(true))
    expect(shop.of(refused)).toEqual([])
    shop.answerWith(() => 204)
    await eventually(() => expect(shop.of(refused)).toHaveLength(1))
  })
})

describe('switched-on webhook faults', () => {
  it('late: not before its time', async () => {
    await payment.faults({ webhooks: { delayMs: 600 } })
    const key = newKey()
    const startedMs = performance.now()
    await payment.authorise(key)
    await eventually(() => expect(shop.of(key)).toHaveLength(1))
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(595)
  })

  it('twice: the same event again', async () => {
    await payment.faults({ webhooks: { copies: 2 } })
    const key = newKey()
    await payment.authorise(key)
    await eventually(() => expect(shop.of(key)).toHaveLength(2))
    const [first, second] = shop.of(key)
    expect(second).toEqual(first)
  })

  it('out of order: a capture before its approval', async () => {
    await payment.faults({ webhooks: { shuffleMs: 1500 } })
    // Spread wide, so that a slow machine between the two calls does not keep their order.
    const keys = await times(60, async () => {
      const key = newKey()
      await payment.authorise(key)
      await payment.capture(key)
      return key
    })
    await eventually(() => expect(keys.every((key) => shop.of(key).length === 2)).toBe(true))
    const overtaken = keys.filter((key) => shop.typesOf(key)[0] === 'payment.captured')
    expect(overtaken.length).toBeGreaterThan(0)
    expect(overtaken.length).toBeLessThan(keys.length)
  })
})
