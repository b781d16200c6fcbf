import { type Act, withRefund } from './provider-steps.ts'
import type { Broken } from './rules.ts'
import { asked, authorised, type Money, ofCancel } from './state.ts'

/** What a cancel still has to give back once money was captured. */
function restOf(money: Money, broken: Broken): number {
  const isCounted = broken.has('restForgetsRequested') ? ['succeeded'] : ['requested', 'succeeded']
  return authorised - asked(money, ({ state }) => isCounted.includes(state))
}

function withRestRequested(money: Money, broken: Broken): Partial<Money> {
  const amount = restOf(money, broken)
  return amount > 0 ? { refunds: withRefund(money, ofCancel, { amount, state: 'requested' }) } : {}
}

/** Acts of people: refund, ship, cancel; and the answer of the product service that the goods are free. */
function actSteps(money: Money, broken: Broken, act: Act): void {
  const { status, payment, refunds } = money
  const isCaptured = payment === 'captured'
  const isPlaced = status === 'confirmed' || status === 'shipped'
  if (isPlaced && (isCaptured || broken.has('refundBeforeCapture'))) {
    const counted = asked(
      money,
      ({ state }) => state === 'succeeded' || (state === 'requested' && !broken.has('countsSucceeded')),
    )
    for (const index of [0, 1])
      for (let amount = 1; refunds[index]!.state === 'none' && counted + amount <= authorised; amount++)
        act(`ask refund ${index} of ${amount}`, { refunds: withRefund(money, index, { amount, state: 'requested' }) })
  }
  if (status === 'confirmed') {
    if (isCaptured || broken.has('shipsUncaptured')) act('ship', { status: 'shipped' })
    act('cancel', { status: 'freeing' })
  }
  if (status !== 'freeing') return
  if (broken.has('skipsRefunding')) act('goods are free: end', { status: 'cancelled' })
  else act('goods are free', { status: 'refunding', ...(isCaptured ? withRestRequested(money, broken) : {}) })
}

/** What a sweeper starts from the document alone (R9); `busy` is why a worker or reply may not be there yet. */
function sweepSteps(money: Money, broken: Broken, act: Act): void {
  const { status, payment, capture, void: voiding, refunds } = money
  const mayAsk = status === 'confirmed' || (status === 'freeing' && broken.has('capturesFreeing'))
  if (mayAsk && payment === 'approved' && !capture.worker)
    act('start capture', { capture: { ...capture, worker: true } })
  if (status === 'refunding' && payment === 'approved' && !voiding.worker)
    act('start void', { void: { ...voiding, worker: true } })
  const isPlaced = status === 'confirmed' || status === 'shipped'
  refunds.forEach(({ state, worker }, index) => {
    if (state !== 'requested' || worker || (broken.has('refundsOnlyPlaced') && !isPlaced)) return
    act(`start refund ${index}`, { refunds: withRefund(money, index, { worker: true }) })
  })
}

/** Replies are applied by compare-and-set: one that fits no step is dropped. */
function replySteps(money: Money, broken: Broken, act: Act): void {
  const { status, payment, capture, void: voiding, refunds } = money
  if (capture.reply) {
    const isNoted =
      payment === 'approved' &&
      (status === 'confirmed' ||
        (status === 'shipped' && broken.has('shipsUncaptured')) ||
        (status === 'freeing' && (broken.has('notesCaptureFreeing') || broken.has('capturesFreeing'))) ||
        (status === 'refunding' && broken.has('notesLateCapture')))
    act(isNoted ? 'note captured' : 'drop the reply of capture', {
      capture: { ...capture, reply: false },
      ...(isNoted ? { payment: 'captured' as const } : {}),
    })
  }
  const fits = status === 'refunding' && payment === 'approved'
  if (voiding.voided)
    act('apply voided', { void: { ...voiding, voided: false }, ...(fits ? { payment: 'voided' as const } : {}) })
  if (voiding.captured)
    act('apply "captured already"', {
      void: { ...voiding, captured: false },
      ...(fits ? { payment: 'captured' as const, ...withRestRequested(money, broken) } : {}),
    })
  refunds.forEach(({ reply, state }, index) => {
    if (!reply) return
    const change = { reply: false, ...(state === 'requested' ? { state: 'succeeded' as const } : {}) }
    act(`apply refund ${index}`, { refunds: withRefund(money, index, change) })
  })
}

/** refunding → cancelled. */
function endStep(money: Money, broken: Broken, act: Act): void {
  const { status, payment, refunds } = money
  const isDone = broken.has('endsOnRequest') || refunds.every(({ state }) => state !== 'requested')
  const isBack = payment === 'voided' || (payment === 'captured' && isDone && asked(money) >= authorised)
  if (status === 'refunding' && isBack) act('money is back', { status: 'cancelled' })
}

export function orderSteps(money: Money, broken: Broken, act: Act): void {
  actSteps(money, broken, act)
  if (!broken.has('noMoneySweeper') || money.status === 'confirmed') sweepSteps(money, broken, act)
  replySteps(money, broken, act)
  endStep(money, broken, act)
}
