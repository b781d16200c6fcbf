import type {
  AuditedOrder,
  AuditedReservation,
  DeadLetter,
  Order,
  PaymentLedgerEntry,
  Source,
  StoryAlert,
  StoryLogLine,
  StorySpan,
} from '@toko/contracts'

/** What each source told about one order. */
export interface StoryFacts {
  readonly nowMs: number
  readonly order: Order
  readonly audited: Source<AuditedOrder>
  /** Null when the product service has none. */
  readonly reservation: Source<AuditedReservation | null>
  readonly payments: Source<PaymentLedgerEntry[]>
  readonly deadLetters: Source<DeadLetter[]>
  /** Whole traces: of each in which a span names the order. */
  readonly spans: Source<StorySpan[]>
  readonly logs: Source<StoryLogLine[]>
  readonly alerts: Source<StoryAlert[]>
}

export const valueOf = <T>(source: Source<T>): T | undefined => ('value' in source ? source.value : undefined)

/** @param explain one line for a person */
export async function sourced<T>(read: () => Promise<T>, explain: (error: unknown) => string): Promise<Source<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    return { fault: explain(error) }
  }
}
