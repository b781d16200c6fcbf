import { sourced, type StoryFacts, tellStory, type TraceSource } from '@toko/audit'
import {
  AuditedOrder,
  AuditedReservation,
  type DeadLetter,
  Order,
  type OrderStory,
  PaymentLedgerEntry,
  type Source,
  type StoryAlert,
} from '@toko/contracts'
import { listDeadLetters } from '../dead-letters/dead-letters.ts'
import { explain, Failure } from '../io/failure.ts'
import type { ShopConnection } from '../shop/connect.ts'
import { readAll } from '../shop/read-all.ts'
import type { LogSource } from './read-logs.ts'

/** What the story needs beside the services. */
export interface StorySources {
  readonly traces: TraceSource
  readonly logs: LogSource
  /** Alerts that fired between two moments (ms). */
  readonly alerts: (fromMs: number, untilMs: number) => Promise<StoryAlert[]>
}

const source = <T>(read: () => Promise<T>): Promise<Source<T>> => sourced(read, explain)

/** The order itself must be readable; what the others don't tell is part of the story. */
export async function readStory(shop: ShopConnection, sources: StorySources, id: string): Promise<OrderStory> {
  const headers = await shop.asStaff()
  const answer = { 200: Order }
  const path = '/orders/{id}'
  const { body: order } = await shop.order.call({ method: 'GET', path, params: { id }, headers, answer })
  const [books, signals, deadLetters] = await Promise.all([
    readBooksOf(shop, order, headers),
    readSignalsOf(sources, order),
    source(async () => deadLettersOf(shop, id)),
  ])
  return tellStory({ nowMs: Date.now(), order, deadLetters, ...books, ...signals })
}

type Headers = Readonly<Record<string, string>>

async function readBooksOf(shop: ShopConnection, { id }: Order, headers: Headers) {
  const [audited, reservation, payments] = await Promise.all([
    source(async () => {
      const answer = { 200: AuditedOrder }
      return (await shop.order.call({ method: 'GET', path: '/audit/orders/{id}', params: { id }, headers, answer }))
        .body
    }),
    source(async () => {
      const found = await shop.product.call({
        method: 'GET',
        path: '/audit/reservations/{orderId}',
        params: { orderId: id },
        headers,
        answer: { 200: AuditedReservation, 404: null },
      })
      return found.status === 200 ? found.body : null
    }),
    source(async () =>
      readAll(shop.payment, { path: '/audit/payments', item: PaymentLedgerEntry, headers, query: { orderId: id } }),
    ),
  ])
  return { audited, reservation, payments }
}

const mostLetters = 500

/** @throws Failure when a service could not be asked: nobody knows then what it put aside */
async function deadLettersOf(shop: ShopConnection, id: string): Promise<DeadLetter[]> {
  const { items, faults } = await listDeadLetters(shop, { limit: mostLetters })
  const found = items.filter(({ subject }) => subject === id || subject.startsWith(`${id}:`))
  if (faults.length > 0 && found.length === 0)
    throw new Failure(faults.map(({ service, why }) => `${service}: ${why}`).join('; '))
  return found
}

type Signals = Pick<StoryFacts, 'spans' | 'logs' | 'alerts'>

/** Log lines lead to traces that name the order nowhere, and traces to lines that don't. */
async function readSignalsOf({ traces, logs, alerts }: StorySources, order: Order): Promise<Signals> {
  const { id, createdAt, updatedAt } = order
  const [fromMs, untilMs] = [Date.parse(createdAt), Date.parse(updatedAt)]
  const named = await source(async () => logs.find([id]))
  const traceIds = 'value' in named ? named.value.flatMap(({ traceId }) => traceId ?? []) : []
  const [spans, fired] = await Promise.all([
    source(async () => traces.find({ orderId: id, fromMs, untilMs: Date.now(), traceIds })),
    source(async () => alerts(fromMs, untilMs)),
  ])
  const known = 'value' in spans ? spans.value.map(({ traceId }) => traceId) : traceIds
  const lines = 'value' in named ? await source(async () => logs.find([id, ...new Set(known)])) : named
  return { spans, logs: lines, alerts: fired }
}
