import { orderEvents, type StorySpan, stockEvents } from '@toko/contracts'
import { missingInBooks } from './missing-in-books.ts'
import { type StoryFacts, valueOf } from './facts.ts'
import { serviceOf } from './root-cause.ts'
import { type SpanGraph, spanGraph } from './span-graph.ts'

const names = {
  audited: "the order's messages",
  reservation: 'the reservation',
  payments: "the provider's ledger",
  deadLetters: 'dead letters',
  spans: 'traces',
  logs: 'log lines',
  alerts: 'alerts',
} as const

/** What should be there and is not: each line says where to look. */
export function whatIsMissing(facts: StoryFacts): string[] {
  const unread = Object.entries(names).flatMap(([key, name]) => {
    const source = facts[key as keyof typeof names]
    return 'fault' in source ? [`${name} could not be read: ${source.fault}`] : []
  })
  return [...unread, ...missingInBooks(facts), ...missingInTraces(facts)]
}

/** Spans arrive some seconds after they end. */
const underWayMs = 10_000

function missingInTraces({ spans: source, nowMs }: StoryFacts): string[] {
  const spans = valueOf(source)
  if (!spans) return []
  if (spans.length === 0)
    return ['no trace names this order: tracing is off, or the trace store has forgotten it, or has not got it yet']
  const graph = spanGraph(spans)
  const settled = spans.filter(({ startMs, durationMs }) => startMs + durationMs < nowMs - underWayMs)
  return [...settled.flatMap((span) => missingEffect(span, graph)), ...pieces(settled, graph)]
}

/** Commands have somebody who takes them; of an event that is a mere fact nobody needs to hear. */
const commands: ReadonlySet<string> = new Set(
  [...Object.values(orderEvents), ...Object.values(stockEvents)]
    .filter(({ isCommand }) => isCommand)
    .map(({ type }) => type),
)

function missingEffect(span: StorySpan, graph: SpanGraph): string[] {
  const { kind, service, name, messageType, target, isError, isDatabase } = span
  if (graph.effects(span).length > 0) return []
  if (kind === 'producer' && messageType !== null && commands.has(messageType) && !isError)
    return [`${service} published ${messageType}, and there is no span of whoever handles it`]
  if (kind === 'client' && !isDatabase && target !== null)
    return [`${service} called ${name} of ${target}, and ${serviceOf(target)} has no span of it`]
  return []
}

/** The caller may have a span of its own elsewhere, so one piece may hang on a parent that is unknown. */
function pieces(spans: readonly StorySpan[], graph: SpanGraph): string[] {
  const roots = spans.filter((span) => graph.parent(span) === null)
  return [...Map.groupBy(roots, ({ traceId }) => traceId)]
    .filter(([, heads]) => heads.length > 1)
    .map(([traceId, heads]) => `trace ${traceId} is in ${heads.length} pieces: spans between them are missing`)
}
