import type { StorySpan } from '@toko/contracts'
import { type SpanGraph, spanGraph } from './span-graph.ts'

/** How much a failed span says by itself, the least first: 0 something was thrown there … 3 a refusal, the caller's own fault. */
function rank(span: StorySpan): number {
  if (span.kind !== 'client' && (span.hasException || span.kind === 'consumer')) return 0
  if (span.kind !== 'client' || span.isDatabase) return 1
  return isRefused(span) ? 3 : 2
}

/** A 4xx says that the caller asked for what can't be. */
const isRefused = ({ status }: StorySpan) => status !== null && status >= 400 && status < 500

const endMs = ({ startMs, durationMs }: StorySpan) => startMs + durationMs

/** Failed spans that caused no other failure, the one that says most first, then the one that ended first. */
export function originsOfFailure(spans: readonly StorySpan[], graph: SpanGraph = spanGraph(spans)): StorySpan[] {
  return spans
    .filter((span) => span.isError && !graph.consequences(span).some(({ isError }) => isError))
    .toSorted((a, b) => rank(a) - rank(b) || endMs(a) - endMs(b))
}

/** The service at which a failed span points: a call without a usable answer points at who was called. */
export function suspectOf(span: StorySpan, graph: SpanGraph): string {
  if (span.kind === 'producer') return 'broker'
  if (span.kind !== 'client' || span.isDatabase || span.target === null || isRefused(span)) return span.service
  return wasAnsweredInTime(span, graph) ? span.service : serviceOf(span.target)
}

export const serviceOf = (target: string): string => target.replace(/-service$/, '')

/** The target had answered in half the time that the caller waited: the caller was too busy to hear it. */
const wasAnsweredInTime = (call: StorySpan, graph: SpanGraph): boolean =>
  call.errorType === 'timeout' &&
  graph.effects(call).some((served) => !served.isError && endMs(served) - call.startMs < call.durationMs / 2)
