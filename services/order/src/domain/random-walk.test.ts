import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderAct, OrderStatus, type Reservation } from '@toko/contracts'
import { capturedMinor, fits, refundableMinor, refundsOf, returnsOf, shipmentsOf } from './ledgers.ts'
import { applyAuthorisation, applyCapture, applyVoid, type PaymentOutcome, startPayment } from './apply-payment.ts'
import { applyReservation } from './apply-stock.ts'
import { applyTimeLimit, cancel } from './end-order.ts'
import { lastPayment, type Order } from './order.ts'
import { limits, placed, reservation } from './order.fixture.ts'
import { isSettled, openRefunds } from './pending-work.ts'
import { applyRefund, refund } from './refund.ts'
import { isRefusal, type Refusal } from './refusal.ts'
import { openReturn } from './return.ts'
import { deliver, ship } from './ship.ts'
import { soundness } from './soundness.ts'
import { hasEnded, nextStatuses } from './status.ts'
import type { Decision, Transition } from './transition.ts'

type Input = (order: Order, decision: Decision) => Transition | Refusal | null
const input = (apply: Input) => fc.constant(apply)
const keyOf = (order: Order) => lastPayment(order)?.key ?? 'none'
const outcomes: readonly PaymentOutcome[] = [
  { kind: 'approved', amountMinor: 3000 },
  { kind: 'approved', amountMinor: 3000 },
  { kind: 'approved', amountMinor: 1 },
  { kind: 'declined', retryable: true },
  { kind: 'voided' },
  { kind: 'captured' },
  { kind: 'unknown' },
]

const cancelIt: Input = (order, at) => cancel(order, { id: `cnl_${at.nowMs}`, key: 'k', by: 'user', at: at.nowMs }, at)
const act = (order: Order, at: Decision) => ({ id: `${order.version}-${at.nowMs}`, key: `k${at.nowMs}`, bodyHash: 'h' })
const answer =
  (change: Partial<Reservation>): Input =>
  (order, at) =>
    applyReservation(order, reservation(change), at)
/** The stock says of every shipment and every return, or of none that exists, that it has moved. */
const moved: Input = (order, at) =>
  answer({
    status: 'allocated',
    consumptions: shipmentsOf(order).map(({ id }) => id),
    restocks: refundsOf(order).map(({ id }) => id),
  })(order, at)
const captured: Input = (order, at) => applyCapture(order, keyOf(order), { kind: 'captured' }, at)
const paidBack: Input = (order, at) => applyRefund(order, openRefunds(order).at(-1)?.id ?? 'none', at)
const arrived =
  (pick: number): Input =>
  (order, at) =>
    deliver(order, shipmentsOf(order).at(pick)?.id ?? 'none', 'key', at)
const shipIt =
  (lines: readonly { sku: string; quantity: number }[]): Input =>
  (order, at) =>
    ship(order, { ...act(order, at), lines: [...lines], carrier: 'JNE' }, at)

const anyLines = fc
  .record({ coffee: fc.nat(3), tea: fc.nat(2) })
  .filter(({ coffee, tea }) => coffee + tea > 0)
  .map(({ coffee, tea }) =>
    [
      { sku: 'COFFEE-1', quantity: coffee },
      { sku: 'TEA-1', quantity: tea },
    ].filter(({ quantity }) => quantity > 0),
  )

const anyRefund = fc
  .oneof(
    fc.record({ amount: fc.nat(4000).map((amount) => ({ amount, currency: 'IDR' as const })) }),
    fc.record({ lines: anyLines, restock: fc.boolean() }),
    fc.record({ pick: fc.integer({ min: -2, max: 1 }), restock: fc.boolean() }),
    fc.constant({}),
  )
  .map((wanted): Input => (order, at) => {
    const { pick, ...rest } = { restock: false, pick: undefined, ...wanted }
    const returnId = pick === undefined ? {} : { returnId: returnsOf(order).at(pick)?.id ?? 'none' }
    return refund(order, { ...act(order, at), reason: 'sorry', ...rest, ...returnId }, at)
  })

/** Anything that may reach an order at any time: answers late, twice or of another attempt, people, clocks. */
const anyInput = fc.oneof(
  fc
    .constantFrom('held', 'held', 'allocated', 'allocated', 'consumed', 'released', 'reserving')
    .map((status) => answer({ status, reason: 'insufficient-stock' })),
  fc.record({ outcome: fc.constantFrom(...outcomes), isStale: fc.boolean() }).map(
    ({ outcome, isStale }): Input =>
      (order, at) =>
        applyAuthorisation(order, isStale ? 'stale' : keyOf(order), outcome, at),
  ),
  fc.constantFrom(...outcomes).map(
    (outcome): Input =>
      (order, at) =>
        applyVoid(order, keyOf(order), outcome, at),
  ),
  input((order, at) => {
    const started = startPayment({ ...order, nextMethod: { method: 'card_ok' } }, at)
    return started && { ...started, from: order }
  }),
  input(cancelIt),
  input(applyTimeLimit),
  input(captured),
  input(moved),
  input(paidBack),
  anyLines.map(shipIt),
  fc.integer({ min: -3, max: 2 }).map(arrived),
  anyRefund,
  anyLines.map(
    (lines): Input =>
      (order, at) =>
        openReturn(order, { ...act(order, at), lines, reason: 'too small' }, at),
  ),
)

const anySteps = fc.array(
  fc.record({ apply: anyInput, afterMs: fc.oneof({ weight: 9, arbitrary: fc.nat(500) }, fc.nat(200_000)) }),
  { maxLength: 60 },
)

const steps = (apply: readonly Input[], afterMs = 1) => apply.map((each) => ({ apply: each, afterMs }))
const release = answer({ status: 'released', lines: [] })
const happy = steps([
  answer({}),
  (order, at) => startPayment(order, at),
  (order, at) => applyAuthorisation(order, keyOf(order), outcomes[0]!, at),
  answer({ status: 'allocated' }),
])
const paid = [...happy, ...steps([captured])]
const [coffee, tea] = [
  { sku: 'COFFEE-1', quantity: 2 },
  { sku: 'TEA-1', quantity: 1 },
] as const

/** Every walk begins on one of these, so that the far ends are reached, and walked on from, in every run. */
const beginnings = [
  [],
  ...happy.map((_, n) => happy.slice(0, n + 1)),
  steps([applyTimeLimit, release], 100_000), // expired
  [...happy.slice(0, 2), ...steps([applyTimeLimit], 200_000)], // voiding
  steps([cancelIt, release]), // cancelled
  steps([answer({ status: 'released', reason: 'unavailable' })]), // rejected
  paid,
  [...paid, ...steps([shipIt([coffee]), moved, arrived(0)])],
  [...paid, ...steps([shipIt([coffee, tea]), moved, arrived(0)])], // completed
  [...happy, ...steps([cancelIt, release])], // refunding, void
  [...paid, ...steps([cancelIt])], // freeing
  [...paid, ...steps([cancelIt, release])], // refunding
]

const linesOf = (acts: readonly { lines?: readonly { sku: string; quantity: number }[] }[]) =>
  acts.flatMap(({ lines }) => lines ?? [])

function checkAlways(before: Order, { from, to, events }: Transition): void {
  expect(from).toBe(before)
  expect([to.version, to.attempts]).not.toEqual([from.version, from.attempts]) // or parallel decisions would both win
  expect(soundness(to)).toBeUndefined()
  expect(isSettled(to) || to.dueAt !== undefined).toBe(true) // R9
  const entry = to.history.at(-1)!
  const isNote = to.version === from.version
  const isSilent = to.history === from.history && events.length === 0
  const isOnThePicture = nextStatuses[from.status].includes(to.status) && (entry.act ?? to.status) !== from.status
  expect(isNote ? isSilent : isOnThePicture).toBe(true) // I4
  expect(entry).toMatchObject({ status: to.status, version: to.version })
  expect(to.history.map(({ version }) => version)).toEqual(to.history.map((_, n) => n + 1))
  expect(to.payments.filter(({ state }) => state === 'approved' || state === 'captured').length).toBeLessThanOrEqual(1) // I5
  expect(new Set(to.payments.map(({ key }) => key)).size).toBe(to.payments.length) // R12
  expect(to.payments.length).toBeLessThanOrEqual(limits.maxPaymentAttempts)
  checkGoodsAndMoney(to)
  for (const { definition, data, version } of events) {
    expect(definition.data.safeParse(data).success).toBe(true)
    expect(version).toBe(to.version) // I7
  }
}

function checkGoodsAndMoney(order: Order): void {
  const { status, request } = order
  const isPaid = ['authorised', 'confirmed', 'shipped', 'completed', 'freeing', 'refunding'].includes(status)
  expect(!isPaid || ['approved', 'captured'].includes(lastPayment(order)!.state)).toBe(true) // I6
  expect(refundableMinor(order)).toBeGreaterThanOrEqual(0) // M1
  expect(fits(linesOf(shipmentsOf(order)), request)).toBe(true)
  expect(fits(linesOf(returnsOf(order)), linesOf(shipmentsOf(order)))).toBe(true)
  expect(fits(linesOf(refundsOf(order)), request)).toBe(true)
  expect(shipmentsOf(order).length === 0 || capturedMinor(order) === 3000).toBe(true)
  const isOver = hasEnded(status)
  const open = order.payments.filter(({ state }) => !['declined', 'voided', 'captured'].includes(state))
  const left = [open.length, refundableMinor(order), openRefunds(order).length, shipmentsOf(order).length]
  expect(isOver ? left : [0, 0, 0, 0]).toEqual([0, 0, 0, 0]) // I9, M4
}

describe('an order under any inputs in any order', () => {
  it('keeps to the picture, to the goods and to the money rules at every step', () => {
    const reached = new Set<string>(['pending'])
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), anySteps, (beginning, then) => {
        let order: Order = placed()
        let nowMs = 0
        for (const { apply, afterMs } of [...beginning, ...then]) {
          nowMs += afterMs
          const transition = apply(order, { nowMs, limits })
          if (!transition || isRefusal(transition)) continue
          checkAlways(order, transition)
          order = transition.to
          reached.add(order.status).add(`${order.history.at(-1)!.act}`)
        }
      }),
      { numRuns: 1500 },
    )
    expect([...reached]).toEqual(expect.arrayContaining([...OrderStatus.options, ...OrderAct.options]))
  })
})
