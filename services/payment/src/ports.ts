import type { PaymentEvent, PaymentFault, PaymentFaults, PaymentOperation } from '@toko/contracts'

/** Wall clock, ms since 1970. */
export interface Clock {
  now(): number
}

/** Resolves after so many ms. A simulator passes its own, so that nothing waits for real. */
export type Pause = (ms: number) => Promise<unknown>

/** Brings one event to the shop. Resolves only on a 2xx. */
export interface WebhookSender {
  /** @param trace W3C traceparent of what caused the event */
  send(event: PaymentEvent, trace?: string): Promise<void>
}

/** Which misbehaviour is switched on. */
export interface FaultSwitches {
  /** The fault that hits this call, taken from its `remaining`. */
  pick(operation: PaymentOperation): Promise<PaymentFault | undefined>
  /** At most one cache life old. */
  webhooks(): Promise<PaymentFaults['webhooks']>
  show(): Promise<PaymentFaults>
  replace(faults: PaymentFaults): Promise<void>
}
