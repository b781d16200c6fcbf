import type { PaymentEvent } from '@toko/contracts'

export interface Delivery {
  readonly id: string
  readonly event: PaymentEvent
  /** Claims so far, the one that gave this included. */
  readonly attempts: number
  /** W3C traceparent of what caused the event; absent when that was not traced. */
  readonly trace?: string
}

/** Webhooks on their way: one document each, from the outbox until an hour after the shop has said 2xx. */
export interface DeliveryStore {
  /** One delivery per entry of `dueAtMs`. Repeatable: outboxes publish twice now and then, which adds nothing. */
  add(event: PaymentEvent, dueAtMs: readonly number[]): Promise<void>
  /**
   * The most overdue one, hidden from others for `leaseMs`: a crash costs a delay, never a webhook. After all of these one
   * that is due after `latestMs`, which only a wrong clock can have set.
   */
  claim(nowMs: number, leaseMs: number, latestMs: number): Promise<Delivery | null>
  postpone(id: string, untilMs: number): Promise<void>
  delivered(id: string, atMs: number): Promise<void>
  countWaiting(): Promise<number>
}
