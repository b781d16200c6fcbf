import type { StorySpan } from '@toko/contracts'
import { jaegerSpans } from './jaeger-spans.ts'
import { otlpSpans } from './otlp-spans.ts'

interface Question {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
}
/** Asks a store with GET; the path is a template. Resolves with its JSON document, or nothing where it has nothing. */
export type Get = (path: string, question: Question) => Promise<unknown>

export interface TraceSearch {
  readonly orderId: string
  /** The order was placed then; its traces begin no more than a minute earlier. */
  readonly fromMs: number
  readonly untilMs: number
  /** Traces known by other ways, such as log lines: asked for by their ids. */
  readonly traceIds?: readonly string[]
}

/** A store of traces. */
export interface TraceSource {
  /** For messages to people. */
  readonly name: string
  /** Every span of every trace that names the order. */
  find(search: TraceSearch): Promise<StorySpan[]>
}

const services = ['order', 'product', 'payment', 'user']
const orderTag = 'order.id'
const mostTraces = 200
const aMinuteMs = 60_000

/** Jaeger's query API: version 3 of it can't search by attributes, the one of its own page can. */
export function jaegerTraces(get: Get): TraceSource {
  return {
    name: 'Jaeger',
    async find({ orderId, fromMs, untilMs, traceIds = [] }) {
      const common = {
        tags: JSON.stringify({ [orderTag]: orderId }),
        start: String((fromMs - aMinuteMs) * 1000),
        end: String((untilMs + aMinuteMs) * 1000),
        limit: String(mostTraces),
        raw: 'true',
      }
      const found = await Promise.all(
        services.map(async (service) => get('/api/traces', { query: { ...common, service } })),
      )
      const spans = found.flatMap(jaegerSpans)
      const byId = await Promise.all(
        unknownIn(spans, traceIds).map(async (id) => get('/api/traces/{id}', { params: { id } })),
      )
      return once([...spans, ...byId.flatMap(jaegerSpans)])
    },
  }
}

/** Tempo's search by TraceQL, then each trace by its id. */
export function tempoTraces(get: Get): TraceSource {
  return {
    name: 'Tempo',
    async find({ orderId, fromMs, untilMs, traceIds = [] }) {
      const query = {
        q: `{ span.${orderTag} = "${orderId}" }`,
        start: String(Math.floor((fromMs - aMinuteMs) / 1000)),
        end: String(Math.ceil((untilMs + aMinuteMs) / 1000)),
        limit: String(mostTraces),
      }
      const answer = await get('/api/search', { query })
      const traces = (answer as { traces?: { traceID: string }[] } | undefined)?.traces ?? []
      // Tempo leaves out zeros at the head of an id.
      const ids = new Set([...traces.map(({ traceID }) => traceID.padStart(32, '0')), ...traceIds])
      const whole = await Promise.all([...ids].map(async (id) => get('/api/v2/traces/{id}', { params: { id } })))
      return once(whole.flatMap(otlpSpans).map(({ span }) => span))
    },
  }
}

/** Exports as they were sent, one JSON document a line: of the tests' receiver, or the collector's file exporter. */
export function exportedTraces(read: () => Promise<string>): TraceSource {
  return {
    name: 'exported spans',
    async find({ orderId, traceIds = [] }) {
      const lines = (await read()).split('\n').filter((line) => line.trim() !== '')
      const found = lines.flatMap((line) => otlpSpans(JSON.parse(line) as unknown))
      const about = found.filter((each) => each.orderId === orderId).map(({ span }) => span.traceId)
      const wanted = new Set([...about, ...traceIds])
      return once(found.map(({ span }) => span).filter(({ traceId }) => wanted.has(traceId)))
    },
  }
}

const unknownIn = (spans: readonly StorySpan[], traceIds: readonly string[]): string[] => {
  const known = new Set(spans.map(({ traceId }) => traceId))
  return [...new Set(traceIds)].filter((id) => !known.has(id))
}

/** One search finds what another has found. */
const once = (spans: readonly StorySpan[]): StorySpan[] => [
  ...new Map(spans.map((span) => [`${span.traceId}:${span.spanId}`, span])).values(),
]
