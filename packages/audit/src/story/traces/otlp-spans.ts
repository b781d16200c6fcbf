import type { StorySpan } from '@toko/contracts'
import { type Attributes, fromAttributes } from './span-facts.ts'

interface Attribute {
  readonly key: string
  readonly value?: Readonly<Record<string, unknown>>
}
interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** A number in exports, a name in answers of stores. */
  readonly kind?: number | string
  readonly startTimeUnixNano: string | number
  readonly endTimeUnixNano: string | number
  readonly attributes?: readonly Attribute[]
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly Attribute[] }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number | string; readonly message?: string }
}
interface ResourceSpans {
  readonly resource?: { readonly attributes?: readonly Attribute[] }
  readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[]
}
interface Document {
  readonly resourceSpans?: readonly ResourceSpans[]
  readonly batches?: readonly ResourceSpans[]
  readonly trace?: Document
}

/** A span, and the order that it names. */
interface FoundSpan {
  readonly span: StorySpan
  readonly orderId: unknown
}

/** Spans of OTLP's JSON form: an export, or an answer of Tempo. Undefined, for nothing found, has none. */
export function otlpSpans(document: unknown): FoundSpan[] {
  const { trace, resourceSpans, batches } = (document ?? {}) as Document
  const all = resourceSpans ?? batches ?? trace?.resourceSpans ?? trace?.batches ?? []
  return all.flatMap(({ resource, scopeSpans = [] }) => {
    const named = attributesOf(resource?.attributes).get('service.name')
    const service = typeof named === 'string' ? named : 'unknown'
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => found(span, service)))
  })
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const

function kindOf(kind: OtlpSpan['kind'] = 0): StorySpan['kind'] {
  if (typeof kind === 'number') return kinds[kind] ?? 'internal'
  return kinds.find((name) => kind === `SPAN_KIND_${name.toUpperCase()}`) ?? 'internal'
}

const attributesOf = (list: readonly Attribute[] = []): Attributes =>
  new Map(list.map(({ key, value = {} }) => [key, Object.values(value)[0]]))

/** Hexadecimal in OTLP's JSON, base64 where a store writes protobuf's own. */
const idOf = (id: string): string =>
  /^([0-9a-f]{16}|[0-9a-f]{32})$/i.test(id) ? id.toLowerCase() : Buffer.from(id, 'base64').toString('hex')

const msOf = (nanos: string | number): number => Number(BigInt(nanos) / 1000n) / 1000

function found(span: OtlpSpan, service: string): FoundSpan {
  const attributes = attributesOf(span.attributes)
  return { span: spanOf(span, service, attributes), orderId: attributes.get('order.id') }
}

function spanOf(span: OtlpSpan, service: string, attributes: Attributes): StorySpan {
  const exception = span.events?.find(({ name }) => name === 'exception')
  const startMs = msOf(span.startTimeUnixNano)
  const thrown = attributesOf(exception?.attributes).get('exception.message')
  return {
    traceId: idOf(span.traceId),
    spanId: idOf(span.spanId),
    parentSpanId: span.parentSpanId ? idOf(span.parentSpanId) : null,
    service,
    name: span.name,
    kind: kindOf(span.kind),
    startMs,
    durationMs: Math.max(0, msOf(span.endTimeUnixNano) - startMs),
    isError: span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR',
    message: typeof thrown === 'string' ? thrown : span.status?.message || null,
    hasException: exception !== undefined,
    links: (span.links ?? []).map((link) => ({ traceId: idOf(link.traceId), spanId: idOf(link.spanId) })),
    ...fromAttributes(attributes),
  }
}
