import type { PaymentMethod, PaymentState } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { authorise, settle } from './authorise.ts'
import { capture } from './capture.ts'
import { type Decision, newPayment, type PaymentRecord } from './payment.ts'
import { maxRefunds, refund } from './refund.ts'
import { voidPayment } from './void.ts'

const key = `ord_${'0'.repeat(32)}:1`
const orderId = key.slice(0, -2)
const at = new Date(1_700_000_000_000)
const timings = { slowCardMs: 1, processingMs: 500, lateApprovalMs: 30_000 }
const wanted = { amountMinor: 1000, currency: 'IDR', method: 'card_ok' } as const

const inState = (state: PaymentState, fields: Partial<PaymentRecord> = {}): PaymentRecord => {
  const approved = state === 'approved' || state === 'captured' ? 1000 : 0
  const amounts = { authorisedMinor: approved, capturedMinor: state === 'captured' ? 1000 : 0 }
  return newPayment(key, 'pay_1', at, { state, wanted, ...amounts, ...fields })
}

const commands: Record<string, (payment: PaymentRecord | null) => Decision> = {
  authorise: (payment) => authorise(payment, { key, asked: { ...wanted, orderId }, providerRef: 'pay_1', at, timings }),
  settle: (payment) => settle(payment, at),
  void: (payment) => voidPayment(payment, { key, providerRef: 'pay_1', at }),
  capture: (payment) => capture(payment, undefined, at),
  refund: (payment) => refund(payment, { refundKey: 'r1', amountMinor: 400, at }),
}

/** What a decision means, in a word: the state it leads to, `=` for a repeat, `!` for a refusal. */
function meaning(decision: Decision): string {
  switch (decision.kind) {
    case 'create':
      return decision.payment.state
    case 'change':
      return `${decision.change.from}>${decision.change.set.state ?? decision.change.effect.kind}`
    case 'done':
      return '='
    case 'refused':
      return `!${decision.why}`
  }
}

describe('every command in every state', () => {
  const states = ['unknown', 'processing', 'approved', 'declined', 'voided', 'captured'] as const
  it.each([
    ['authorise', ['approved', '=', '=', '=', '!state', '=']],
    ['settle', ['=', 'processing>approved', '=', '=', '=', '=']],
    ['void', ['voided', 'processing>voided', 'approved>voided', '=', '=', '!state']],
    ['capture', ['!unknown', '!state', 'approved>captured', '!state', '!state', '=']],
    ['refund', ['!unknown', '!state', '!state', '!state', '!state', 'captured>refunded']],
  ])('%s', (command, expected) => {
    const decided = states.map((state) => commands[command]!(state === 'unknown' ? null : inState(state)))
    expect(decided.map(meaning)).toEqual(expected)
  })
})

describe('cards', () => {
  const first = (method: PaymentMethod) =>
    authorise(null, { key, asked: { ...wanted, method, orderId }, providerRef: 'pay_1', at, timings })

  it.each([
    ['card_ok', { state: 'approved', authorisedMinor: 1000, effects: [{ kind: 'authorised', amountMinor: 1000, at }] }],
    ['card_slow', { state: 'approved' }],
    ['card_declined', { state: 'declined', declineCode: 'card-declined', retryable: false, authorisedMinor: 0 }],
    ['card_insufficient_funds', { state: 'declined', declineCode: 'insufficient-funds', retryable: true }],
    ['card_processing', { state: 'processing', effects: [], settlesAt: new Date(at.getTime() + 500) }],
    ['card_late_approval', { state: 'processing', settlesAt: new Date(at.getTime() + 30_000) }],
  ] as const)('%s', (method, payment) => {
    expect(first(method)).toMatchObject({ kind: 'create', payment })
  })

  it('card_processing_declined ends in a decline', () => {
    const processing = inState('processing', { wanted: { ...wanted, method: 'card_processing_declined' } })
    expect(settle(processing, at)).toMatchObject({ change: { set: { state: 'declined', retryable: false } } })
  })
})

describe('amounts', () => {
  it('capture: at most what was authorised; another amount later is another request', () => {
    expect(meaning(capture(inState('approved'), 1001, at))).toBe('!exceeds')
    expect(meaning(capture(inState('captured'), 999, at))).toBe('!reused')
  })

  it('refund: up to the last unit, never beyond; the guard holds at the write too', () => {
    const half = inState('captured', { refundedMinor: 500 })
    const ask = (amountMinor: number) => refund(half, { refundKey: 'r2', amountMinor, at })
    expect(ask(500)).toMatchObject({ kind: 'change', change: { refund: { refundedBefore: 500 } } })
    expect(meaning(ask(501))).toBe('!exceeds')
  })

  it('refund: one amount per refund key, and a bounded number of them', () => {
    const refunds = Array.from({ length: maxRefunds }, (_, i) => ({ refundKey: `r${i}`, amountMinor: 1, at }))
    const full = inState('captured', { refunds, refundedMinor: maxRefunds })
    const ask = (refundKey: string, amountMinor: number) => meaning(refund(full, { refundKey, amountMinor, at }))
    expect([ask('r0', 1), ask('r0', 2), ask('new', 1)]).toEqual(['=', '!reused', '!limit'])
  })
})
