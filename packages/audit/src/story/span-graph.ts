import type { StorySpan } from '@toko/contracts'

type SpanName = Pick<StorySpan, 'traceId' | 'spanId'>
const keyOf = ({ traceId, spanId }: SpanName) => `${traceId}:${spanId}`

/** What came of what, over all traces: children of their parents, and work that was resumed or replayed later, by its links. */
export interface SpanGraph {
  /** Null for a root, and for a span whose parent is not among those known. */
  parent(span: StorySpan): StorySpan | null
  effects(span: StorySpan): readonly StorySpan[]
  /** All of them, effects of effects too. */
  consequences(span: StorySpan): StorySpan[]
}

export function spanGraph(spans: readonly StorySpan[]): SpanGraph {
  const byKey = new Map(spans.map((span) => [keyOf(span), span]))
  const effects = new Map<string, StorySpan[]>()
  for (const span of spans)
    for (const cause of causesOf(span)) effects.set(keyOf(cause), [...(effects.get(keyOf(cause)) ?? []), span])
  const effectsOf = (span: StorySpan) => effects.get(keyOf(span)) ?? []
  return {
    parent: ({ traceId, parentSpanId }) =>
      parentSpanId === null ? null : (byKey.get(keyOf({ traceId, spanId: parentSpanId })) ?? null),
    effects: effectsOf,
    consequences(span) {
      // A trace that somebody made up may run in a circle.
      const seen = new Set([span])
      for (const each of seen) for (const effect of effectsOf(each)) seen.add(effect)
      return [...seen].slice(1)
    },
  }
}

const causesOf = ({ traceId, parentSpanId, links }: StorySpan): SpanName[] =>
  parentSpanId === null ? links : [{ traceId, spanId: parentSpanId }, ...links]
