import { rmSync } from 'node:fs'
import { type PaymentFault, PaymentFaults } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { booksAtRest, violationsOf } from '../support/at-rest.ts'
import { readMetric } from '../support/metric.ts'
import { mongodBinary } from '../support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../support/one-shop.ts'
import { price, type Shopper, startShopper } from '../support/shopper.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('payments')
let shop: OneShop
let shopper: Shopper

beforeAll(async () => {
  shop = await startOneShop({
    folder,
    mongodBinary: await mongodBinary(),
    env: {
      ORDER_PAYING_LIMIT_MS: '5000', // 120 s by default
      ORDER_PROVIDER_CALL_MS: '1000', // 10 s
      ORDER_FIRST_SWEEP_MS: '300',
      ORDER_SWEEP_EVERY_MS: '100',
      ORDER_MAX_BACKOFF_MS: '500',
      PAYMENT_LATE_APPROVAL_MS: '2500', // 30 s
    },
  })
  shopper = await startShopper(shop)
}, 180_000)
afterEach(() => setFaults())
afterAll(async () => {
  await shop?.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Fault = Partial<PaymentFault> & Pick<PaymentFault, 'kind'>

/** Webhooks are late, so that calls alone must settle it; they come afterwards, when they must revive nothing. */
async function setFaults(...faults: Fault[]): Promise<void> {
  const { connection } = shop
  await eventually(async () =>
    connection.payment.call({
      method: 'PUT',
      path: '/faults',
      headers: await connection.asStaff(),
      body: { faults, webhooks: { delayMs: faults.length > 0 ? 8000 : 0 } },
      answer: { 200: PaymentFaults },
    }),
  )
}

const statusOf = async (id: string): Promise<string> => (await shopper.order('GET', `/orders/${id}`)).body.status
const becomes = (id: string, status: string) =>
  eventually(async () => expect(await statusOf(id)).toBe(status), { timeoutMs: 60_000, everyMs: 50 })
const cancel = (id: string) =>
  eventually(async () => {
    const { status } = await shopper.order('POST', `/orders/${id}/cancellations`, { key: `cancel-${id}`, body: {} })
    expect(status).toBeLessThan(300)
  })

/** What became of one order in all books, once nothing is under way. */
async function endOf(id: string) {
  const books = await booksAtRest(shop, 30_000)
  expect(violationsOf(books)).toEqual([])
  const order = books.orders.find((each) => each.id === id)!
  const entries = books.payments.filter(({ orderId }) => orderId === id)
  const kinds = entries.flatMap(({ effects }) => effects.map(({ kind }) => kind))
  return {
    status: order.status,
    path: order.history.map(({ status }) => status),
    reservation: books.reservations.find((each) => each.id === id)!.status,
    kinds: kinds.toSorted(),
    takenMinor: entries.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0),
  }
}
const paidOnce = {
  status: 'confirmed',
  reservation: 'allocated',
  kinds: ['authorised', 'captured'],
  takenMinor: price,
}

describe('a payment provider at fault', { timeout: 180_000 }, () => {
  const once = { remaining: 1, operations: ['authorise' as const] }
  const passing: readonly [row: number, what: string, fault: Fault][] = [
    [33, 'no answer after the charge', { kind: 'timeout-after-effect', ...once }],
    [34, 'a 500 without the charge', { kind: 'error-500', effect: 'none', ...once }],
    [34, 'a 500 after the charge', { kind: 'error-500', effect: 'before', ...once }],
    [34, 'a 500 before the charge', { kind: 'error-500', effect: 'after', ...once }],
    [34, 'a reset after the charge', { kind: 'reset', effect: 'before', ...once }],
    [34, 'half a document', { kind: 'malformed', ...once }],
    [34, 'half a document about the capture', { kind: 'malformed', remaining: 1, operations: ['capture'] }],
    [33, 'no answer after the capture', { kind: 'timeout-after-effect', remaining: 1, operations: ['capture'] }],
  ]
  it.each(passing)('%i: %s: it is asked again, and charges once', async (_row, _what, fault) => {
    await setFaults(fault)
    const id = await shopper.placed(await shopper.newCart())
    await becomes(id, 'confirmed')
    expect(await endOf(id)).toMatchObject(paidOnce)
  })

  it('33: that never answers a charge: it ends approved or voided, and charged once at most', async () => {
    await setFaults({ kind: 'timeout-after-effect', operations: ['authorise'] })
    const id = await shopper.placed(await shopper.newCart())
    await eventually(async () => expect(['confirmed', 'expired']).toContain(await statusOf(id)), { timeoutMs: 60_000 })
    const end = await endOf(id)
    if (end.status === 'confirmed') expect(end).toMatchObject(paidOnce)
    else expect(end).toMatchObject({ reservation: 'released', kinds: ['authorised', 'voided'], takenMinor: 0 })
  })

  it('34: an approval of another amount is voided and told to a person, never confirmed', async () => {
    const alerts = () => readMetric(shop.adminUrls.order, 'toko_order_alerts_total', '"payment-mismatch"')
    const before = (await alerts()) || 0
    await setFaults({ kind: 'wrong-amount', operations: ['authorise'] })
    const id = await shopper.placed(await shopper.newCart())
    await eventually(async () => expect(['expired', 'cancelled']).toContain(await statusOf(id)), { timeoutMs: 60_000 })
    const end = await endOf(id)
    expect(end).toMatchObject({ reservation: 'released', kinds: ['authorised', 'voided'], takenMinor: 0 })
    expect(end.path).not.toContain('authorised')
    expect(await alerts()).toBeGreaterThan(before)
  })

  it('35: that is away for longer than a payment may take: voiding, then expired, the goods free and nothing charged', async () => {
    const { available } = await shopper.stock()
    await setFaults({ kind: 'reset', effect: 'none' })
    const ids = [await shopper.placed(await shopper.newCart()), await shopper.placed(await shopper.newCart())]
    for (const id of ids) await becomes(id, 'voiding')
    expect((await shopper.stock()).available).toBe(available - ids.length)
    await setFaults()
    for (const id of ids) await becomes(id, 'expired')
    for (const id of ids) {
      const end = await endOf(id)
      expect(end).toMatchObject({ reservation: 'released', takenMinor: 0 })
      expect(end.kinds).not.toContain('authorised')
    }
    expect((await shopper.stock()).available).toBe(available)
  })

  it.each([
    ['a 500, and the approval later', 'card_ok', [{ kind: 'late-approval', delayMs: 2500, remaining: 1 }]],
    ['processing, and the approval later', 'card_late_approval', []],
    [
      'the approval while the void gets no answer',
      'card_late_approval',
      [{ kind: 'error-500', effect: 'none', operations: ['void'], remaining: 8 }],
    ],
  ] as const)('36: %s: the order that was cancelled meanwhile is never confirmed', async (_what, method, faults) => {
    const { available } = await shopper.stock()
    await setFaults(...(faults as readonly Fault[]))
    const id = await shopper.placed(await shopper.newCart(), { method })
    await becomes(id, 'paying')
    await cancel(id)
    await becomes(id, 'cancelled')
    // Until after the approval would have come, and with it its webhook.
    const untilMs = Date.now() + 3500
    await eventually(() => expect(Date.now()).toBeGreaterThan(untilMs))
    const end = await endOf(id)
    expect(end).toMatchObject({ status: 'cancelled', reservation: 'released', takenMinor: 0 })
    expect(end.path).not.toContain('authorised')
    expect(end.kinds.at(-1)).toBe('voided')
    expect((await shopper.stock()).available).toBe(available)
  })
})
