import { setTimeout as sleep } from 'node:timers/promises'
import { errors } from '@toko/contracts'
import type { Decision, PaymentRecord, Refusal } from '../domain/payment.ts'
import type { Clock, Pause } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'

/** A majority read may miss what has just refused our write; it shows within milliseconds. */
const maxRounds = 12

/** What every change of a payment needs. */
export interface Books {
  readonly store: PaymentStore
  readonly clock: Clock
  /** Between two tries; default: real time. */
  readonly pause?: Pause
}

export interface Advanced {
  readonly payment: PaymentRecord
  /** True when this very call had the effect. */
  readonly isNew: boolean
}

/** Reads, decides, writes under the decision's precondition, and decides again when somebody else was faster. */
export async function advance(
  { store, pause = sleep }: Books,
  key: string,
  decide: (existing: PaymentRecord | null) => Decision,
): Promise<Advanced> {
  for (let round = 0; round < maxRounds; round++) {
    const existing = await store.find(key)
    const decision = decide(existing)
    if (decision.kind === 'refused') throw refusal(decision.why, existing)
    if (decision.kind === 'done' && existing) return { payment: existing, isNew: false }
    if (decision.kind === 'create' && (await store.insert(decision.payment)))
      return { payment: decision.payment, isNew: true }
    if (decision.kind === 'change' && existing) {
      const payment = await store.apply(existing, decision.change)
      if (payment) return { payment, isNew: true }
    }
    await pause(Math.min(50, 2 ** round))
  }
  throw errors.dependencyUnavailable({ detail: 'the payment is changing too fast', retryAfterSeconds: 1 })
}

function refusal(why: Refusal, payment: PaymentRecord | null) {
  switch (why) {
    case 'unknown':
      return errors.notFound()
    case 'state':
      return errors.illegalTransition({ extensions: { state: payment?.state } })
    case 'reused':
      return errors.idempotencyKeyReused()
    case 'exceeds':
      return errors.conflict({ detail: 'more than what is left of the payment', extensions: leftOf(payment) })
    case 'limit':
      return errors.limitReached({ detail: 'the payment has too many refunds' })
  }
}

const leftOf = (payment: PaymentRecord | null) => ({
  state: payment?.state,
  capturableMinor: payment?.state === 'approved' ? payment.authorisedMinor : 0,
  refundableMinor: (payment?.capturedMinor ?? 0) - (payment?.refundedMinor ?? 0),
})
