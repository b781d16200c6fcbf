import { pack } from '../pack.ts'

/** Units of money that were authorised. Two are the least of which a part can go back. */
export const authorised = 2

const statuses = ['confirmed', 'shipped', 'freeing', 'refunding', 'cancelled'] as const
const paymentStates = ['approved', 'captured', 'voided'] as const
const refundStates = ['none', 'requested', 'succeeded'] as const

/** One refund in the order's document and at the provider. */
export interface Refund {
  readonly amount: number
  readonly state: (typeof refundStates)[number]
  /** Times that the provider paid it back. */
  readonly paid: number
  /** A worker may call for it, however late. */
  readonly worker: boolean
  readonly reply: boolean
}

export interface Money {
  readonly status: (typeof statuses)[number]
  /** As the order's document has it. */
  readonly payment: (typeof paymentStates)[number]
  readonly provider: { readonly captured: boolean; readonly voided: boolean }
  /** Two that staff asks for, and the one of a cancel. */
  readonly refunds: readonly [Refund, Refund, Refund]
  readonly capture: { readonly worker: boolean; readonly reply: boolean }
  readonly void: { readonly worker: boolean; readonly voided: boolean; readonly captured: boolean }
}
/** Place of the refund that belongs to a cancel. */
export const ofCancel = 2

const noRefund: Refund = { amount: 0, state: 'none', paid: 0, worker: false, reply: false }
export const opening: Money = {
  status: 'confirmed',
  payment: 'approved',
  provider: { captured: false, voided: false },
  refunds: [noRefund, noRefund, noRefund],
  capture: { worker: false, reply: false },
  void: { worker: false, voided: false, captured: false },
}

/** Σ of the order's refunds that count against what was captured. */
export const asked = ({ refunds }: Pick<Money, 'refunds'>, counts = (refund: Refund) => refund.state !== 'none') =>
  refunds.reduce((sum, refund) => sum + (counts(refund) ? refund.amount : 0), 0)
export const paidBack = ({ refunds }: Money) => refunds.reduce((sum, { paid, amount }) => sum + paid * amount, 0)

const bits = (...flags: readonly boolean[]) => flags.reduce((sum, flag) => sum * 2 + Number(flag), 0)

export function keyOf({ status, payment, provider, refunds, capture, void: voiding }: Money): number {
  let packed = pack(
    [statuses.indexOf(status), 5],
    [paymentStates.indexOf(payment), 3],
    [bits(provider.captured, provider.voided, capture.worker, capture.reply), 16],
    [bits(voiding.worker, voiding.voided, voiding.captured), 8],
  )
  for (const { amount, state, paid, worker, reply } of refunds)
    packed = packed * 144 + pack([amount, 4], [refundStates.indexOf(state), 3], [paid, 3], [bits(worker, reply), 4])
  return packed
}
