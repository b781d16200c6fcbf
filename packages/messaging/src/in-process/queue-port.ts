import type { BusClock } from '../bus-clock.ts'
import type { Wire } from '../envelope.ts'
import type { Chaos } from './chaos.ts'
import type { Consumers } from './consumers.ts'
import type { DeliveryInfo, Verdict } from '../consuming/verdict.ts'

export interface QueueOptions {
  readonly name: string
  readonly clock: BusClock
  readonly chaos: Chaos
  /** Deliveries must not run in the publisher's or subscriber's context: its deadline and span end with its request. */
  readonly inOwnContext: <T>(work: () => T) => T
  readonly maxLength: number
  /** With this many messages waiting for a retry the queue takes no new ones: back-pressure instead of more failures. */
  readonly maxDelayed: number
  readonly onRoom: () => void
  readonly onExpired: () => void
  readonly onPark: (wire: Wire, info: DeliveryInfo, verdict: Verdict & { kind: 'park' }) => void
}

interface PutOptions {
  readonly onSettled?: () => void
  readonly redriven?: boolean
}

export interface Queue extends Pick<Consumers, 'subscribe'> {
  readonly name: string
  isFull(): boolean
  /** Whether a message with this id is queued, under way or waiting for a retry. */
  holds(id: string): boolean
  /** Takes a message; one with an id it holds already is joined instead. Returns how to stop waiting for `onSettled`. */
  put(wire: Wire, options?: PutOptions): () => void
  /** Messages queued, under way or waiting for a retry. */
  pending(): number
  pause(): void
  resume(): void
  /** Takes no more and calls off what waits for a retry; resolves when the deliveries under way have ended. */
  shutDown(): Promise<void>
  /** Deletes the queue with its messages; who waits for them is released, as a broker does. */
  remove(): void
}
