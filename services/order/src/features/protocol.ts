import type { Clock, Resumed } from '@toko/runtime'
import type { Limits } from '../domain/limits.ts'
import type { Decision } from '../domain/transition.ts'
import type { Alerts, OrderStore, PaymentProvider, Stock } from '../ports.ts'

/** Everything that the placement protocol touches: four ports, a clock and its limits. No I/O but through them. */
export interface Protocol {
  readonly store: OrderStore
  readonly stock: Stock
  readonly provider: PaymentProvider
  readonly alerts: Alerts
  readonly clock: Clock
  readonly limits: Limits
  /** How a sweeper takes up work that a request or a message has left, so that it is told apart from theirs. */
  readonly resume: <T>(work: Resumed, run: () => Promise<T>) => Promise<T>
}

export const decision = ({ clock, limits }: Protocol): Decision => ({ nowMs: clock.now(), limits })
