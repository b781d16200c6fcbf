import type { StorySpan, StoryTrace } from '@toko/contracts'
import { originsOfFailure } from './root-cause.ts'
import { spanGraph } from './span-graph.ts'

/** Spans as traces, the oldest first, each with the span where its failure began. */
export function tracesOf(spans: readonly StorySpan[]): StoryTrace[] {
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceId, own]) => {
    const ordered = own.toSorted((a, b) => a.startMs - b.startMs)
    const graph = spanGraph(ordered)
    const startMs = ordered[0]!.startMs
    const endMs = Math.max(...ordered.map((span) => span.startMs + span.durationMs))
    return {
      traceId,
      name: (ordered.find((span) => graph.parent(span) === null) ?? ordered[0]!).name,
      services: [...new Set(ordered.map(({ service }) => service))],
      startedAt: new Date(startMs).toISOString(),
      durationMs: endMs - startMs,
      rootCause: originsOfFailure(ordered, graph)[0]?.spanId ?? null,
      spans: ordered,
    }
  })
  return traces.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
}

/** Begun by a request that changes nothing. */
export const isRead = ({ name }: StoryTrace): boolean => name.startsWith('GET ')
