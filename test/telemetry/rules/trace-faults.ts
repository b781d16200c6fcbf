import { attributeRegistry } from '@toko/runtime'
import { type ReceivedSpan, spanKinds } from '@toko/testkit'

export interface TraceExpectations {
  readonly services: readonly string[]
  /** Messages that must have been seen: `order → product`. */
  readonly hops: readonly string[]
  /** Different span names at most: a name with an id in it would be one for each id. */
  readonly maxNames: number
}

/** What is wrong with the traces of a whole run: every span that was made must have come. */
export function traceFaults(spans: readonly ReceivedSpan[], expected: TraceExpectations): string[] {
  if (spans.length === 0) return ['no spans came']
  return [
    ...rootFaults(spans),
    ...orphans(spans).map((span) => `orphan: ${told(span)} has the parent ${span.parentSpanId}, which never came`),
    ...spans.flatMap((span) => spanFaults(span, expected)),
    ...hopFaults(spans, expected.hops),
    ...nameFaults(spans, expected.maxNames),
  ]
}

const told = ({ service, name, traceId }: ReceivedSpan) => `${service} "${name}" of trace ${traceId}`

function rootFaults(spans: readonly ReceivedSpan[]): string[] {
  const roots = new Map<string, ReceivedSpan[]>()
  for (const span of spans) {
    const known = roots.get(span.traceId) ?? []
    roots.set(span.traceId, span.parentSpanId ? known : [...known, span])
  }
  return [...roots].flatMap(([traceId, found]) =>
    found.length === 1 ? [] : [`trace ${traceId} has ${found.length} roots: ${found.map(told).join(', ')}`],
  )
}

/** Spans whose parent is not there: something was dropped, or a context was lost and made up again. */
function orphans(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId}/${spanId}`))
  return spans.filter(({ traceId, parentSpanId }) => parentSpanId && !known.has(`${traceId}/${parentSpanId}`))
}

function spanFaults(span: ReceivedSpan, { services }: TraceExpectations): string[] {
  const { kind, attributes, service } = span
  const unknown = Object.keys(attributes).filter((name) => !(name in attributeRegistry))
  return [
    ...(services.includes(service) ? [] : [`${told(span)}: no such service`]),
    ...(kind === spanKinds.server && !attributes['http.route'] ? [`${told(span)}: no http.route`] : []),
    ...unknown.map((name) => `${told(span)}: the attribute ${name} is not in attributeRegistry`),
    ...(span.status?.code === 2 && !attributes['error.type'] ? [`${told(span)}: an error without error.type`] : []),
  ]
}

/** Who published and who processed: the parent of a consumer is a producer, unless it was sent without a trace. */
function hopFaults(spans: readonly ReceivedSpan[], expected: readonly string[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const consumers = spans.filter(({ kind, parentSpanId }) => kind === spanKinds.consumer && parentSpanId)
  const pairs = consumers.map((span) => ({ span, parent: byId.get(span.parentSpanId!) }))
  const seen = new Set(pairs.map(({ span, parent }) => `${parent?.service} → ${span.service}`))
  return [
    ...pairs
      .filter(({ parent }) => parent && parent.kind !== spanKinds.producer)
      .map(({ span }) => `${told(span)}: its parent is no producer`),
    ...expected.filter((hop) => !seen.has(hop)).map((hop) => `no message went ${hop}`),
  ]
}

function nameFaults(spans: readonly ReceivedSpan[], maxNames: number): string[] {
  const names = new Set(spans.map(({ name }) => name))
  return names.size <= maxNames
    ? []
    : [`${names.size} different span names, such as ${[...names].slice(-3).join(', ')}`]
}
