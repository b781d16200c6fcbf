import type { DomainEvent, PaymentEvent } from '@toko/contracts'

/** A webhook event of the payment provider, kept before it is answered and worked on afterwards. */
export interface ProviderEvent {
  /** Provider and event id: the same event is taken once. */
  readonly _id: string
  readonly key: string
  readonly orderId: string
  readonly event: PaymentEvent
  /** When to work on it, ms since 1970; absent once it is done. */
  readonly dueAt?: number
  /** W3C traceparent of the webhook. */
  readonly trace?: string
  readonly result?: 'applied' | 'ignored' | 'orphaned' | 'unknown-order'
}

/** Inbox of the provider's events. Adapter: mongo-provider-event-store.ts. */
export interface ProviderEventStore {
  /** False when the event is known already. */
  insert(event: ProviderEvent): Promise<boolean>
  /** Also those that are due after `latestMs`, later than any right clock would have set it. */
  due(nowMs: number, limit: number, latestMs?: number): Promise<ProviderEvent[]>
  /** Puts the event off; null when another replica took it. */
  claim(event: ProviderEvent, dueAt: number): Promise<ProviderEvent | null>
  finish(
    event: ProviderEvent,
    result: NonNullable<ProviderEvent['result']>,
    events?: readonly DomainEvent[],
  ): Promise<void>
}
