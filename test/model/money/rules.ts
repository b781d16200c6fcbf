/** Single rules of the money after placement that can be broken, each with the one it breaks. */
export const moneyMutations = {
  freshRefundKey: 'R12: each call for a refund has a new key',
  countsSucceeded: 'refund: only refunds that succeeded are counted against what was captured',
  restForgetsRequested: 'money back: what is left forgets refunds that are only requested',
  capturesVoided: 'provider: capture and void of one key do not exclude each other',
  skipsRefunding: 'cancel: freed goods end the order at once',
  endsOnRequest: 'money back: ends when nothing is left, before the refunds succeeded',
  unknownVoidEnds: 'R13: a void that the provider refuses counts as voided',
  refundBeforeCapture: 'refund: what is authorised is enough',
  shipsUncaptured: 'ship: does not wait for the capture',
  notesLateCapture: 'money back: a capture is noted while refunding, without the refund of what is left',
  refundsOnlyPlaced: 'R9: refunds are worked on only in confirmed and shipped',
  noMoneySweeper: 'R9: nobody calls the provider again after a worker died',
  notesCaptureFreeing: 'a capture is also noted while freeing',
  capturesFreeing: 'R14: a capture is also started while freeing',
} as const
export type MoneyMutation = keyof typeof moneyMutations
export type Broken = ReadonlySet<MoneyMutation>
