import { originsOfFailure, serviceOf, spanGraph, type SpanGraph, suspectOf } from '@toko/audit'
import type { StorySpan } from '@toko/contracts'
import type { Cause } from './signals.ts'

/** A cause and in how many traces it shows. */
export interface Voted extends Cause {
  readonly votes: number
  /** The span was the service's own answer, with nothing failed beneath it: its metrics may say more. */
  readonly isBare: boolean
}

/** More would let a failure of before outvote the one that goes on now. */
const looked = 5

/** The newest traces of which something failed after that moment, the last to fail first. */
function recent(spans: readonly StorySpan[], sinceMs: number): StorySpan[][] {
  const failedAt = (own: readonly StorySpan[]) => Math.max(...own.filter(({ isError }) => isError).map(endMs))
  return [...Map.groupBy(spans, ({ traceId }) => traceId).values()]
    .filter((own) => failedAt(own) >= sinceMs)
    .toSorted((a, b) => failedAt(b) - failedAt(a))
    .slice(0, looked)
}

const endMs = ({ startMs, durationMs }: StorySpan) => startMs + durationMs

/** In each of the newest failed traces the failed span without a failed child; whom most name comes first. */
export function causesOfFailure(spans: readonly StorySpan[], sinceMs: number): Voted[] {
  return ranked(
    recent(spans, sinceMs).flatMap((own) => {
      const graph = spanGraph(own)
      const failed = own.filter((span) => endMs(span) >= sinceMs)
      const [origin] = originsOfFailure(failed, graph)
      return origin === undefined ? [] : [seen(origin, graph)]
    }),
  )
}

/** In each slow read the span that spent most of the time by itself. */
export function causesOfSlowness(spans: readonly StorySpan[], sinceMs: number): Voted[] {
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].filter((own) => {
    const root = own.find(({ parentSpanId }) => parentSpanId === null)
    return root?.name.startsWith('GET ') && endMs(root) >= sinceMs
  })
  return ranked(
    traces.map((own) => {
      const graph = spanGraph(own)
      const slowest = own.toSorted((a, b) => ownMs(b, graph) - ownMs(a, graph))[0]!
      const isCall = slowest.kind === 'client' && !slowest.isDatabase && slowest.target !== null
      return { ...seen(slowest, graph), ...(isCall ? { service: serviceOf(slowest.target!) } : {}) }
    }),
  )
}

const seen = (span: StorySpan, graph: SpanGraph): Omit<Voted, 'votes'> => ({
  service: suspectOf(span, graph),
  operation: span.name,
  errorType: span.errorType,
  isBare: span.kind === 'server',
})

/** Time of a span in which none of its children was under way. */
function ownMs(span: StorySpan, graph: SpanGraph): number {
  const end = endMs(span)
  let [own, from] = [0, span.startMs]
  for (const child of graph.effects(span).toSorted((a, b) => a.startMs - b.startMs)) {
    own += Math.max(0, Math.min(child.startMs, end) - from)
    from = Math.max(from, endMs(child))
  }
  return own + Math.max(0, end - from)
}

function ranked(causes: readonly Omit<Voted, 'votes'>[]): Voted[] {
  const same = Map.groupBy(causes, ({ service, operation, errorType }) => `${service} ${operation} ${errorType}`)
  return [...same.values()]
    .map((group) => ({ ...group[0]!, votes: group.length }))
    .toSorted((a, b) => b.votes - a.votes)
}
