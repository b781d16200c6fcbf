/**
 * Money after placement (ADR 12): one confirmed order whose payment is approved, two units of money, the provider.
 * Capture, two refunds by staff at any time and of any part, shipment, cancel with void or refund of what is left.
 *
 * Workers call the provider at any later time and any number of times; they and their replies may be lost.
 * Abstract: the goods are one step, `goods are free`, that may come at any time after a cancel (their model is `goods/`);
 * `shipped` stands for completed too; a lost reply is a reply that is never applied, and its worker asks again.
 */
import type { Model } from '../engine.ts'
import { orderSteps } from './order-steps.ts'
import { type Act, providerSteps } from './provider-steps.ts'
import type { Broken } from './rules.ts'
import { asked, authorised, keyOf, type Money, opening, paidBack } from './state.ts'

function problemOf(state: Money): string | undefined {
  const { status, payment, provider, refunds } = state
  if (provider.captured && provider.voided) return 'captured and voided'
  if (refunds.some(({ paid }) => paid > 1)) return 'a refund was paid twice'
  if (asked(state) > authorised) return 'more is refunded than was captured'
  if (asked(state) > 0 && !provider.captured) return 'refund of what was not captured'
  if (refunds.some((refund) => refund.state === 'succeeded' && refund.paid === 0)) return 'refund noted, but not paid'
  if (payment === 'captured' && !provider.captured) return 'capture noted, but not made'
  if (status === 'shipped' && !provider.captured) return 'shipped, but not captured'
  if (status !== 'cancelled') return undefined
  if (!provider.captured && !provider.voided) return 'cancelled, but money is authorised'
  return provider.captured && paidBack(state) < authorised ? 'cancelled, but money is kept' : undefined
}

/** Nothing is requested any more, and the document says what the provider's ledger says. */
function isEnd({ status, payment, provider, refunds }: Money): boolean {
  const isSettled = refunds.every(({ state }) => state !== 'requested')
  if (status === 'cancelled') return isSettled && payment === (provider.captured ? 'captured' : 'voided')
  return (status === 'confirmed' || status === 'shipped') && payment === 'captured' && isSettled
}

export function money(broken: Broken = new Set()): Model<Money> {
  return {
    initial: opening,
    key: keyOf,
    next(state, step) {
      const act: Act = (label, change) => step(label, { ...state, ...change })
      orderSteps(state, broken, act)
      providerSteps(state, broken, act)
    },
    problem: problemOf,
    isEnd,
    goals: {
      'cancelled by a void': ({ status, payment }) => status === 'cancelled' && payment === 'voided',
      'cancelled by three refunds of a capture': ({ status, refunds }) =>
        status === 'cancelled' && refunds.filter(({ state }) => state === 'succeeded').length === 2,
      'cancelled although the capture was first': ({ status, refunds }) =>
        status === 'cancelled' && refunds[2].amount === authorised,
      'shipped and refunded in two parts': ({ status, refunds }) =>
        status === 'shipped' && refunds.filter(({ state }) => state === 'succeeded').length === 2,
    },
  }
}
