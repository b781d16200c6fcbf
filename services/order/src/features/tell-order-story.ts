import { sourced, type StoryFacts, tellStory, type TraceSource } from '@toko/audit'
import type { AuditedOrder, DeadLetter, OrderStory, Order as OrderView } from '@toko/contracts'
import type { NeighbourBooks } from '../ports.ts'

interface StoryDeps {
  readonly audit: (id: string) => Promise<{ body: AuditedOrder } | null>
  readonly books: Pick<NeighbourBooks, 'reservations' | 'payments'>
  /** Messages that this service put aside, of one order. */
  readonly parked: (orderId: string) => Promise<DeadLetter[]>
  /** Undefined where no trace store is configured. */
  readonly traces: TraceSource | undefined
  readonly clock: { now(): number }
}

const elsewhere = (what: string) => ({ fault: `${what}; toko order asks for them` })

/** The story of one order as far as this service can tell it. Somebody who can't be asked is a part of it, never an error. */
export const makeTellOrderStory =
  ({ audit, books, parked, traces, clock }: StoryDeps) =>
  async (order: OrderView): Promise<OrderStory> => {
    const { id, createdAt } = order
    const nowMs = clock.now()
    const only = { ids: [id], limit: 1 }
    const [audited, reservation, payments, deadLetters, spans] = await Promise.all([
      read(async () => (await audit(id))!.body),
      read(async () => (await books.reservations(only))[0] ?? null),
      read(async () => books.payments(only)),
      read(async () => parked(id)),
      traces
        ? read(async () => traces.find({ orderId: id, fromMs: Date.parse(createdAt), untilMs: nowMs }))
        : { fault: 'no trace store is configured (ORDER_JAEGER_URL, ORDER_TEMPO_URL)' },
    ])
    const facts: StoryFacts = {
      nowMs,
      order,
      audited,
      reservation,
      payments,
      deadLetters,
      spans,
      logs: elsewhere('this service reads no logs'),
      alerts: elsewhere('this service reads no alerts'),
    }
    return tellStory(facts)
  }

const read = <T>(from: () => Promise<T>) =>
  sourced(from, (error) => (error instanceof Error ? error.message : String(error)))
