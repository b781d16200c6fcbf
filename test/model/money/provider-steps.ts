import type { Broken } from './rules.ts'
import { authorised, type Money, paidBack, type Refund } from './state.ts'

export type Act = (label: string, change: Partial<Money>) => void

export const withRefund = ({ refunds }: Money, index: number, change: Partial<Refund>) =>
  refunds.with(index, { ...refunds[index]!, ...change }) as unknown as Money['refunds']

function refundStep(money: Money, index: number, broken: Broken, act: Act): void {
  const { amount, paid } = money.refunds[index]!
  const isNew = paid === 0 || (broken.has('freshRefundKey') && paid < 2)
  const isCovered = money.provider.captured && paidBack(money) + amount <= authorised
  const change = isNew && isCovered ? { paid: paid + 1, reply: true } : { reply: paid > 0 }
  act(`refund ${index}: ${isNew && isCovered ? 'paid back' : 'nothing new'}`, {
    refunds: withRefund(money, index, change),
  })
}

/** The provider, called by workers that may be arbitrarily late; each call is idempotent by its key. */
export function providerSteps(money: Money, broken: Broken, act: Act): void {
  const { provider, capture, void: voiding, refunds } = money
  if (capture.worker) {
    const isTaken = provider.captured || !provider.voided || broken.has('capturesVoided')
    act(isTaken ? 'capture: captured' : 'capture: refused', {
      ...(isTaken ? { provider: { ...provider, captured: true } } : {}),
      capture: { worker: true, reply: capture.reply || isTaken },
    })
    act('capture worker dies', { capture: { ...capture, worker: false } })
  }
  if (voiding.worker) {
    const isVoid = !provider.captured || broken.has('capturesVoided')
    const reply = isVoid ? { voided: true } : broken.has('unknownVoidEnds') ? { voided: true } : { captured: true }
    act(isVoid ? 'void: voided' : 'void: captured already', {
      ...(isVoid ? { provider: { ...provider, voided: true } } : {}),
      void: { ...voiding, ...reply },
    })
    act('void worker dies', { void: { ...voiding, worker: false } })
  }
  refunds.forEach(({ worker }, index) => {
    if (!worker) return
    refundStep(money, index, broken, act)
    act(`worker of refund ${index} dies`, { refunds: withRefund(money, index, { worker: false }) })
  })
}
