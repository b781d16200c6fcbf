import { describe, expect, it } from 'vitest'
import type { BrokenPromises } from './verdict.ts'
import { judge } from './judge.ts'
import { effect, keyOf, order, orderId, type Run, sent, soundRun } from './sound-run.test-support.ts'

function verdictOf(change: (run: Run) => void) {
  const run = soundRun()
  change(run)
  return judge(run.history, run.books)
}

/** The promises that are broken, with their lines. */
function brokenOf(change: (run: Run) => void): Partial<BrokenPromises> {
  const { broken, isGreen } = verdictOf(change)
  const found = Object.entries(broken).filter(([, cases]) => cases.length > 0)
  expect(isGreen).toBe(false)
  return Object.fromEntries(found)
}

describe('a sound run', () => {
  it('is green, and its unknown outcomes are resolved and recovered', () => {
    const verdict = verdictOf(() => {})
    expect(verdict.findings.flatMap(({ violations }) => violations)).toEqual([])
    expect(verdict).toMatchObject({
      isGreen: true,
      seed: 7,
      history: {
        sent: 4,
        acknowledged: 4,
        refused: 0,
        unknown: 1,
        unresolved: 0,
        attempts: { ok: 5, fail: 0, info: 2 },
      },
      orders: { made: 4, recovered: 1, waiting: 0, byStatus: { confirmed: 2, rejected: 1, cancelled: 1 } },
      finalMs: { count: 4, p50: 0, within2s: 1 },
    })
  })

  it('does not care what else the shop holds', () => {
    const other = { ...order(9, 'confirmed'), userId: `usr_${'9'.repeat(32)}`, lines: [{ sku: 'TEA', quantity: 1 }] }
    expect(verdictOf(({ books }) => books.orders.push(other as never))).toMatchObject({
      isGreen: true,
      orders: { made: 4 },
    })
  })

  it('may leave an unknown outcome without an order (I11), and says that nobody knows', () => {
    const verdict = verdictOf(({ history }) =>
      history.push(...sent(5, [{ outcome: 'info', status: null, orderId: null }])),
    )
    expect(verdict).toMatchObject({ isGreen: true, history: { sent: 5, unknown: 2, unresolved: 1 } })
  })

  it('may have a refused body under an accepted key', () => {
    const refused = { outcome: 'fail', status: 422, orderId: null, bodyHash: 'other' } as const
    expect(verdictOf(({ history }) => history.push(...sent(1, [refused])))).toMatchObject({ isGreen: true })
  })
})

describe('a broken promise is seen', () => {
  it('lost: acknowledged, and not there', () => {
    const broken = brokenOf(({ books }) => void books.orders.splice(1, 1))
    expect(broken).toMatchObject({ lost: [`${orderId(2)}: acknowledged for ${keyOf(2)}`] })
  })

  it('lost: the acknowledged id is not the one that was made', () => {
    expect(brokenOf(({ history }) => history.push(...sent(1, [{ orderId: orderId(8) }])))).toMatchObject({
      lost: [`${orderId(8)}: acknowledged for ${keyOf(1)}, not there`],
    })
  })

  it('lost: an acknowledged cancellation that did not cancel, a shipment that nobody has', () => {
    const cancelled = sent(1, [{}], 'cancel')
    const shipped = sent(2, [{ madeId: 'shp_1' }], 'ship')
    expect(brokenOf(({ history }) => history.push(...cancelled, ...shipped))).toEqual({
      lost: [
        `${orderId(1)}: its cancellation was acknowledged, it is confirmed`,
        `${orderId(2)}: shipment shp_1 was acknowledged`,
      ],
    })
  })

  it('unexpected: nobody sent it, or it was refused', () => {
    const refused = sent(6, [{ outcome: 'fail', status: 409, orderId: null }])
    const broken = brokenOf(({ history, books }) => {
      history.push(...refused)
      books.orders.push(order(5, 'rejected'), order(6, 'rejected'))
    })
    expect(broken).toEqual({
      unexpected: [`${orderId(5)}: nobody sent it`, `${orderId(6)}: every attempt of ${keyOf(6)} was refused`],
    })
  })

  it('doubled: two orders of one key', () => {
    const twin = { ...order(5, 'rejected'), idempotencyKeyHash: order(1, 'confirmed').idempotencyKeyHash }
    expect(brokenOf(({ books }) => void books.orders.push(twin as never))).toEqual({
      doubled: [`${orderId(1)}, ${orderId(5)}: one key, ${keyOf(1)}`],
    })
  })

  it('doubled: two orders of one cart, one key with two bodies, one key with two refunds', () => {
    const twin = { ...order(5, 'rejected'), cartId: order(1, 'confirmed').cartId }
    const broken = brokenOf(({ history, books }) => {
      history.push(
        ...sent(5, [{ orderId: orderId(5) }]),
        ...sent(3, [{ orderId: orderId(3), bodyHash: 'other' }]),
        ...sent(2, [{ madeId: 'rfd_1' }, { madeId: 'rfd_2' }], 'refund'),
      )
      books.orders.push(twin)
    })
    expect(broken.doubled).toEqual([
      `${orderId(3)}: ${keyOf(3)} was accepted with 2 bodies`,
      `${orderId(1)}, ${orderId(5)}: one cart, ${twin.cartId}`,
      `${orderId(2)}: rfd_1, rfd_2 for one key, verify-test-2-refund`,
    ])
  })

  it('oversold: by the orders alone, whatever the stock says', () => {
    const broken = brokenOf(({ history, books }) => {
      history.push(...sent(5, [{ orderId: orderId(5) }]))
      books.orders.push(order(5, 'confirmed', 2))
    })
    expect(broken.oversold).toEqual(['VFY-TEST-P1: 5 sold, 4 delivered'])
  })

  it.each([
    ['captured 2 times', ({ books }: Run) => void books.payments[0]!.effects.push(effect('captured', 200))],
    ['300 captured, total 200', ({ books }: Run) => void (books.payments[0]!.capturedMinor = 300)],
    [
      `${orderId(1)}:1 captured, ${orderId(1)}:2 approved`,
      ({ books }: Run) =>
        void books.payments.push({
          ...structuredClone(books.payments[0]!),
          key: `${orderId(1)}:2`,
          state: 'approved',
          capturedMinor: 0,
          effects: [],
        }),
    ],
  ])('double-charged: %s', (words, change) => {
    expect(brokenOf(change).doubleCharged).toEqual([`${orderId(1)}: ${words}`])
  })

  it('double-charged: money of an order that ended, or is not there', () => {
    const ended = brokenOf(({ books }) => void (books.payments[1]!.orderId = orderId(4)))
    expect(ended.doubleCharged).toEqual([`${orderId(4)}: cancelled, but 100 taken`])
    const gone = brokenOf(({ books }) => void books.orders.shift())
    expect(gone.doubleCharged).toEqual([`${orderId(1)}: 200 taken for an order that is not there`])
  })

  it.each([
    ['paying', ({ books }: Run) => void (books.orders[1]!.status = 'paying')],
    [
      'confirmed, something is due, such as its capture',
      ({ books }: Run) => void (books.orders[1]!.dueAt = new Date().toISOString()),
    ],
    [
      'confirmed, 1 messages wait',
      ({ books }: Run) =>
        void books.orders[1]!.outbox.push({ id: 'm', type: 'order_confirmed', time: new Date().toISOString() }),
    ],
  ])('stuck: %s', (words, change) => {
    expect(brokenOf(change).stuck).toEqual([`${orderId(2)}: ${words}`])
  })

  it('an invariant that no promise covers makes it red too', () => {
    const verdict = verdictOf(({ books }) => void (books.stock[0]!.available = 2))
    expect(verdict.isGreen).toBe(false)
    expect(verdict.findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id)).toContain('I1')
  })

  it('money that was never taken is seen although it was decided just now', () => {
    const verdict = verdictOf(({ books }) => {
      const now = new Date().toISOString()
      for (const step of books.orders[1]!.history) step.at = now
      books.payments[1] = {
        ...books.payments[1]!,
        state: 'approved',
        capturedMinor: 0,
        effects: [effect('authorised', 100)],
      }
    })
    expect(verdict.findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id)).toContain('I9')
  })
})

describe('what cannot be judged', () => {
  it('is said with exit code 2', () => {
    const { history, books } = soundRun()
    expect(() => judge([], books)).toThrow(expect.objectContaining({ exitCode: 2 }))
    expect(() => judge(history.slice(0, 1), books)).toThrow(expect.objectContaining({ exitCode: 2 }))
  })
})
