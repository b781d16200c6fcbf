import { formatMoney, type StoryEvent, type StorySpan } from '@toko/contracts'
import { causalOrder } from './causal-order.ts'
import { type StoryFacts, valueOf } from './facts.ts'

interface Happened extends Omit<StoryEvent, 'at'> {
  readonly atMs: number
  /** What it is to others: they name it as their cause. */
  readonly id: string
  readonly causes: readonly string[]
}

/** What happened to the order in all services, each after what caused it. */
export function storyEvents(facts: StoryFacts): StoryEvent[] {
  const all = [...steps(facts), ...stock(facts), ...money(facts), ...messages(facts), ...putAside(facts)]
  const indexOf = new Map(all.map(({ id }, index) => [id, index]))
  const pairs = all.flatMap(({ causes }, effect) =>
    causes.flatMap((id) => (indexOf.has(id) ? [[indexOf.get(id)!, effect] as const] : [])),
  )
  return causalOrder(all, pairs).map(({ atMs, service, what, detail }) => ({
    at: new Date(atMs).toISOString(),
    service,
    what,
    ...(detail ? { detail } : {}),
  }))
}

const stepId = (version: number) => `step ${version}`

const steps = ({ audited }: StoryFacts): Happened[] =>
  (valueOf(audited)?.history ?? []).map(({ version, status, act, reason, at }) => ({
    atMs: Date.parse(at),
    service: 'order',
    what: act ?? status,
    detail: reason ?? '',
    id: stepId(version),
    causes: [stepId(version - 1)],
  }))

function stock({ reservation }: StoryFacts): Happened[] {
  const held = valueOf(reservation)
  if (!held) return []
  const what = 'reservation begun'
  return [{ atMs: Date.parse(held.createdAt), service: 'product', what, id: 'reservation', causes: [stepId(1)] }]
}

function money({ order, payments, audited }: StoryFacts): Happened[] {
  // The n-th attempt was asked for in the n-th such step.
  const asked = (valueOf(audited)?.history ?? []).filter(({ status, act }) => status === 'paying' && !act)
  const askedFor = (key: string) => asked[Number(key.slice(key.indexOf(':') + 1)) - 1]
  return (valueOf(payments) ?? []).flatMap(({ key, effects }) =>
    effects.map(({ kind, amountMinor, at }, index) => ({
      atMs: Date.parse(at),
      service: 'payment',
      what: `${kind} ${formatMoney({ amount: amountMinor, currency: order.currency })}`,
      detail: `attempt ${key.slice(key.indexOf(':') + 1)}`,
      id: `${key} ${index}`,
      causes: [index > 0 ? `${key} ${index - 1}` : stepId(askedFor(key)?.version ?? 0)],
    })),
  )
}

const spanId = ({ traceId, spanId: id }: Pick<StorySpan, 'traceId' | 'spanId'>) => `${traceId} ${id}`

function messages({ spans }: StoryFacts): Happened[] {
  const told = (valueOf(spans) ?? []).filter(({ messageType }) => messageType !== null)
  return told.map((span) => ({
    atMs: span.kind === 'producer' ? span.startMs : span.startMs + span.durationMs,
    service: span.service,
    what: `${span.kind === 'producer' ? 'publishes' : 'handles'} ${span.messageType}`,
    detail: [
      span.attempt !== null && span.attempt > 1 ? `attempt ${span.attempt}` : '',
      span.isError ? `fails: ${span.errorType ?? 'error'}` : '',
    ]
      .filter(Boolean)
      .join(', '),
    id: spanId(span),
    causes: [
      ...(span.parentSpanId === null ? [] : [spanId({ traceId: span.traceId, spanId: span.parentSpanId })]),
      ...span.links.map(spanId),
    ],
  }))
}

const putAside = ({ deadLetters }: StoryFacts): Happened[] =>
  (valueOf(deadLetters) ?? [])
    .filter(({ parkedAt }) => !Number.isNaN(Date.parse(parkedAt)))
    .map(({ id, queue, type, parkedAt, attempts, error }) => ({
      atMs: Date.parse(parkedAt),
      service: ownerOf(queue),
      what: `puts ${type} aside`,
      detail: `after ${attempts} attempts: ${error.name}`,
      id: `${queue} ${id}`,
      causes: [],
    }))

/** From `evt-order-order_placed--product.reserve` and `rpc-product`. */
export const ownerOf = (queue: string): string => /^(?:rpc-|.*--)([\w-]+?)(?:\.|$)/.exec(queue)?.[1] ?? queue
