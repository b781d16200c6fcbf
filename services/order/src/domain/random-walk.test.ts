import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyAuthorisation, applyVoid, type PaymentOutcome, startPayment } from './apply-payment.ts'
import { applyReservation } from './apply-stock.ts'
import { applyTimeLimit, cancel } from './end-order.ts'
import { lastPayment, type Order } from './order.ts'
import { limits, placed, reservation } from './order.fixture.ts'
import { isFinal, nextStatuses } from './status.ts'
import type { Decision, Transition } from './transition.ts'

type Input = (order: Order, decision: Decision) => Transition | null
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

/** Anything that may reach an order at any time: answers late, twice or of another attempt, people, clocks. */
const anyInput = fc.oneof(
  fc.constantFrom('held', 'held', 'allocated', 'allocated', 'consumed', 'released', 'reserving').map(
    (status): Input =>
      (order, at) =>
        applyReservation(order, reservation({ status, reason: 'insufficient-stock' }), at),
  ),
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
  input((order, at) => startPayment({ ...order, nextMethod: { method: 'card_ok' } }, at)),
  input((order, at) => cancel(order, { id: 'cnl', key: 'k', by: 'user', at: at.nowMs }, at)),
  input(applyTimeLimit),
)

const anySteps = fc.array(
  fc.record({ apply: anyInput, afterMs: fc.oneof({ weight: 9, arbitrary: fc.nat(500) }, fc.nat(200_000)) }),
  { maxLength: 60 },
)

const steps = (apply: readonly Input[], afterMs = 1) => apply.map((each) => ({ apply: each, afterMs }))
const release: Input = (order, at) => applyReservation(order, reservation({ status: 'released', lines: [] }), at)
const happy = steps([
  (order, at) => applyReservation(order, reservation(), at),
  (order, at) => startPayment(order, at),
  (order, at) => applyAuthorisation(order, keyOf(order), outcomes[0]!, at),
  (order, at) => applyReservation(order, reservation({ status: 'allocated' }), at),
])

/** Every walk begins on one of these, so that the far ends are reached, and walked on from, in every run. */
const beginnings = [
  [],
  ...happy.map((_, n) => happy.slice(0, n + 1)),
  steps([applyTimeLimit, release], 100_000), // expired
  [...happy.slice(0, 2), ...steps([applyTimeLimit], 200_000)], // voiding
  steps([(order, at) => cancel(order, { id: 'cnl', key: 'k', by: 'user', at: at.nowMs }, at), release]), // cancelled
  steps([(order, at) => applyReservation(order, reservation({ status: 'released', reason: 'unavailable' }), at)]), // rejected
]

function checkAlways(before: Order, { to, events }: Transition): void {
  expect(nextStatuses[before.status]).toContain(to.status) // I4
  expect(to.version).toBe(before.version + 1)
  expect(to.history.map(({ version }) => version)).toEqual(to.history.map((_, n) => n + 1))
  expect(to.history.at(-1)).toMatchObject({ status: to.status, version: to.version })
  expect(to.payments.filter(({ state }) => state === 'approved' || state === 'captured').length).toBeLessThanOrEqual(1) // I5
  expect(new Set(to.payments.map(({ key }) => key)).size).toBe(to.payments.length) // R12
  expect(to.payments.length).toBeLessThanOrEqual(limits.maxPaymentAttempts)
  const isPaid = to.status === 'authorised' || to.status === 'confirmed'
  expect(!isPaid || lastPayment(to)?.state === 'approved').toBe(true) // I6
  const isUnpaid = to.payments.every(({ state }) => state === 'declined' || state === 'voided')
  expect(!isFinal(to.status) || isPaid || isUnpaid).toBe(true) // I9
  for (const { definition, data, version } of events) {
    expect(definition.data.safeParse(data).success).toBe(true)
    expect(version).toBe(to.version) // I7
  }
}

describe('an order under any inputs in any order', () => {
  it('keeps to the picture and to the money rules at every step', () => {
    const reached = new Set<string>()
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), anySteps, (beginning, then) => {
        let order: Order = placed()
        let nowMs = 0
        for (const { apply, afterMs } of [...beginning, ...then]) {
          nowMs += afterMs
          const transition = apply(order, { nowMs, limits })
          if (!transition) continue
          checkAlways(order, transition)
          order = transition.to
          reached.add(order.status)
        }
      }),
      { numRuns: 3000 },
    )
    expect([...reached]).toEqual(expect.arrayContaining(['confirmed', 'rejected', 'cancelled', 'expired', 'voiding']))
  })
})
