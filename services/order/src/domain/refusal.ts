import type { MovedLines } from '@toko/contracts'
import type { Transition } from './transition.ts'

/** Why an act is not possible, and what would be. */
export interface Refusal {
  readonly refused:
    | 'not-now'
    | 'over-ship'
    | 'over-return'
    | 'over-restock'
    | 'over-refund-lines'
    | 'exceeds-refundable'
    | 'other-currency'
    | 'unknown-shipment'
    | 'unknown-return'
    | 'return-taken'
    | 'window-closed'
    | 'too-many'
  readonly refundableMinor?: number
  /** What is left of the lines. */
  readonly lines?: MovedLines
}

export const refuse = (refused: Refusal['refused'], left: Omit<Refusal, 'refused'> = {}): Refusal => ({
  refused,
  ...left,
})

export const isRefusal = (decided: Transition | Refusal): decided is Refusal => 'refused' in decided

/** Shipments, refunds and returns of one order each: bounds the document, and the provider takes 100 refunds of a payment. */
export const mostActs = 99
