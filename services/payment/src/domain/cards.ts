import type { DeclineCode, PaymentMethod } from '@toko/contracts'

export interface CardTimings {
  readonly slowCardMs: number
  readonly processingMs: number
  readonly lateApprovalMs: number
}

interface Card {
  /** Absent: the card approves. */
  readonly decline?: { readonly declineCode: DeclineCode; readonly retryable: boolean }
  /** Which of the timings passes before anything is known. */
  readonly thinksFor?: keyof CardTimings
  /** Which of the timings passes between `processing` and the definitive state. */
  readonly settlesAfter?: keyof CardTimings
}

const declined = { declineCode: 'card-declined', retryable: false } as const

/** What each test card does; the list is part of the contract. */
export const cards: Readonly<Record<PaymentMethod, Card>> = {
  card_ok: {},
  card_declined: { decline: declined },
  card_insufficient_funds: { decline: { declineCode: 'insufficient-funds', retryable: true } },
  card_slow: { thinksFor: 'slowCardMs' },
  card_processing: { settlesAfter: 'processingMs' },
  card_processing_declined: { settlesAfter: 'processingMs', decline: declined },
  card_late_approval: { settlesAfter: 'lateApprovalMs' },
}
