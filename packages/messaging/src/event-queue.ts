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

/** Deliveries under way per subscription unless it says otherwise; Nameko's for calls (messaging.md, "Consumers"). */
export const defaultPrefetch = 10

/** @throws RangeError: for a broker 0 means "all of them" */
export function prefetchOf({ prefetch = defaultPrefetch }: EventQueue): number {
  if (!(Number.isInteger(prefetch) && prefetch >= 1 && prefetch <= 65_535))
    throw new RangeError(`prefetch is not a whole number from 1 to 65,535: ${prefetch}`)
  return prefetch
}
