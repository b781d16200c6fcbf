import type { StorySpan } from '@toko/contracts'
import { type Attributes, fromAttributes } from './span-facts.ts'

interface Tag {
  readonly key: string
  readonly value: unknown
}
interface JaegerSpan {
  readonly traceID: string
  readonly spanID: string
  readonly operationName: string
  readonly references?: readonly {
    readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM'
    readonly traceID: string
    readonly spanID: string
  }[]
  /** Both in microseconds. */
  readonly startTime: number
  readonly duration: number
  readonly tags?: readonly Tag[]
  readonly logs?: readonly { readonly fields?: readonly Tag[] }[]
  readonly processID: string
}
interface Document {
  readonly data?: readonly {
    readonly spans: readonly JaegerSpan[]
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>
  }[]
}

/** Spans of an answer of Jaeger's query API. Undefined, for nothing found, has none. */
export function jaegerSpans(document: unknown): StorySpan[] {
  const { data } = (document ?? {}) as Document
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map((span) => spanOf(span, processes[span.processID]?.serviceName ?? 'unknown')),
  )
}

const tagsOf = (tags: readonly Tag[] = []): Attributes => new Map(tags.map(({ key, value }) => [key, value]))

const kinds: readonly unknown[] = ['server', 'client', 'producer', 'consumer'] satisfies StorySpan['kind'][]

function spanOf(span: JaegerSpan, service: string): StorySpan {
  const tags = tagsOf(span.tags)
  const events = (span.logs ?? []).map(({ fields }) => tagsOf(fields))
  const exception = events.find((event) => event.get('event') === 'exception' || event.has('exception.type'))
  const references = span.references ?? []
  const parent = references.find(
    ({ refType, traceID }) => refType === 'CHILD_OF' && idOf(traceID) === idOf(span.traceID),
  )
  const kind = tags.get('span.kind')
  const told = exception?.get('exception.message') ?? tags.get('otel.status_description')
  return {
    traceId: idOf(span.traceID),
    spanId: span.spanID,
    parentSpanId: parent?.spanID ?? null,
    service,
    name: span.operationName,
    kind: kinds.includes(kind) ? (kind as StorySpan['kind']) : 'internal',
    startMs: span.startTime / 1000,
    durationMs: span.duration / 1000,
    isError: tags.get('error') === true || tags.get('error') === 'true' || tags.get('otel.status_code') === 'ERROR',
    message: typeof told === 'string' ? told : null,
    hasException: exception !== undefined,
    links: references
      .filter((reference) => reference !== parent)
      .map(({ traceID, spanID }) => ({ traceId: idOf(traceID), spanId: spanID })),
    ...fromAttributes(tags),
  }
}

/** Jaeger leaves out zeros at the head of an id. */
const idOf = (id: string): string => id.padStart(32, '0')
