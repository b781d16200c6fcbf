/**
 * Which events a handler gets. Queue names are Nameko's (messaging.md, "Nameko events").
 * pool: one handler of the service gets each event; singleton: one handler of all services; broadcast: every subscription.
 */
export interface EventQueue {
  readonly source: string
  /** Event type; `*` stands for one word, `#` for any number of words. */
  readonly type: string
  readonly service: string
  readonly handler: string
  readonly kind?: 'pool' | 'singleton' | 'broadcast'
  /** Deliveries under way at once, 10 by default. 1 keeps the order as long as nothing fails. */
  readonly prefetch?: number
}
