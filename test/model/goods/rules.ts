import type { Network } from '../network.ts'
import type { Goods } from './state.ts'

/** Single rules of the goods after placement that can be broken, each with the one it breaks. */
export const goodsMutations = {
  cancelsAuthorised: 'cancel: also from authorised, so freed comes from a status that was not entered from confirmed',
  cancelIgnoresShipment: 'cancel: also with a shipment',
  shipGuardMissing: 'ship: Σ shipped is not compared with what was ordered',
  deliversUnconsumed: 'deliver: does not wait until the goods left the stock',
  completesUndelivered: 'deliver: completed once everything is shipped',
  returnsUnshipped: 'return: Σ returned is not compared with what was shipped',
  paysReturnTwice: 'return: a second refund may name it',
  restocksUnshipped: 'restock: Σ restocked is not compared with what was shipped',
  restocksRequested: 'restock: shipments count before the stock said that their goods left',
  repeatsNewestOnly: 'R9: the sweeper repeats only the newest shipment',
  sweepsNotCompleted: 'R9: the sweeper leaves completed orders alone',
  noGoodsSweeper: 'R9: nobody repeats a command that was lost',
  overdueEndsShipped: 'R14: an overdue notice of a shipped order is answered with Release',
  freedLooksEnded: 'step 18: Allocate of freed stock raises the alarm for what must never happen',
  distrustsOldAnswers: 'R5: any other answer of the stock raises the alarm while freeing',
  freesOnMessage: 'R5: a repeated order_freed gives back again',
  consumesTwice: 'S11: a consumption is not remembered by its shipment id',
  restocksTwice: 'S11: a restock is not remembered by its refund id',
  plainReleaseFrees: 'step 7a: Release also frees allocated stock',
  freedAcceptsHeld: 'order_freed also ends a hold',
  freedIgnoresConsumed: 'order_freed does not look at consumptions',
  consumesReleased: 'a shipment is consumed whatever became of the reservation',
} as const
export type GoodsMutation = keyof typeof goodsMutations
export type Broken = ReadonlySet<GoodsMutation>

/** Shipments and refunds come one by one, so a message that names all of them is the same as one message for each. */
export const messages = [
  'Allocate',
  'Allocated',
  'Overdue',
  'Release',
  'Freed',
  'Released',
  ...(['Ship', 'Consumed', 'Return', 'Restocked'] as const).flatMap((kind) =>
    ([0, 1, 2] as const).map((index) => `${kind} ${index}` as const),
  ),
] as const
export type Message = (typeof messages)[number]

export interface Turn {
  readonly goods: Goods
  readonly broken: Broken
  readonly net: Network<Message>
  act(label: string, change: Partial<Goods>): void
  /** The delivery of a message: what changes, and what is sent. */
  on(message: Message, change: Partial<Goods>, ...sent: Message[]): void
  send(label: string, change: Partial<Goods>, ...sent: Message[]): void
}
