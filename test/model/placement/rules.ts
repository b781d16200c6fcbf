import type { Loss, Network } from '../network.ts'
import type { Draft, Placing, Shop } from './state.ts'

/** Single rules that can be broken, each with the one it breaks. */
export const placementMutations = {
  noTombstone: 'R6: a release of the unknown leaves nothing behind',
  clockRelease: 'R14: the product service ends a hold by its own clock',
  overdueReleases: 'R14: an overdue hold is released although its order goes on',
  noVoiding: 'R13: the key is voided while the order is still paying',
  timeoutCancel: 'R13: a payment without an answer counts as failed',
  freshKey: 'R12: each call of the provider has a new key',
  sharedKey: 'R12: the second attempt uses the key of the first',
  earlySecond: 'step 13: the second attempt starts while the first is unknown',
  anyReply: 'steps 12, 13: an answer is applied without comparing its key',
  voidNoTomb: 'provider: a void of an unknown key is forgotten',
  declineForgotten: 'provider: a declined key may be approved by a later call',
  noSweeper: 'R9: nobody repeats a command that was lost',
  commitAny: 'step 18: Allocate of what is not held is answered Allocated',
  noGuard: 'step 9: Rejected is applied in any status but confirmed',
  plainReleaseFrees: 'step 7a: Release also frees allocated stock',
} as const
export type PlacementMutation = keyof typeof placementMutations

export interface Rules {
  /** Bounds. */
  readonly orders: number
  readonly stock: number
  readonly attempts: 1 | 2
  readonly loss: Loss
  /** Also the notice of an overdue hold and its answer. */
  readonly overdue: boolean
  readonly broken: ReadonlySet<PlacementMutation>
}

export const messages = [
  'Reserve',
  'Reserved',
  'Rejected',
  'Release',
  'Released',
  'Allocate',
  'Allocated',
  'Overdue',
] as const
export type Message = (typeof messages)[number]

/** One order's view of the shop while its steps are listed. */
export interface Turn {
  readonly order: Placing
  readonly shop: Shop
  readonly rules: Rules
  readonly net: Network<Message>
  /** One transition: what changes in the order and the shop. */
  act(label: string, change: (order: Draft<Placing>, shop: Draft<Shop>) => void): void
  /** The transitions by which a message may be delivered. */
  on(message: Message, handle: (order: Draft<Placing>, shop: Draft<Shop>) => void): void
  send(order: Draft<Placing>, message: Message): void
}
