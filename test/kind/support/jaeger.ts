import { jaegerUrl } from './shop.ts'

interface JaegerSpan {
  readonly spanID: string
  readonly operationName: string
  readonly processID: string
  readonly references: readonly { readonly refType: string; readonly spanID: string; readonly traceID: string }[]
  readonly tags: readonly { readonly key: string; readonly value: unknown }[]
}

export interface TracedSpan {
  readonly id: string
  readonly parentId: string | undefined
  readonly name: string
  readonly service: string
  readonly tags: Readonly<Record<string, unknown>>
}

/** The spans of one trace as Jaeger's query API tells them; none while it knows no such trace. */
export async function traceOf(traceId: string): Promise<TracedSpan[]> {
  const answer = await fetch(`${jaegerUrl}/api/traces/${traceId}`)
  if (answer.status === 404) return []
  const { data } = (await answer.json()) as {
    data: { spans: JaegerSpan[]; processes: Record<string, { serviceName: string }> }[] | null
  }
  const [trace] = data ?? []
  if (!trace) return []
  return trace.spans.map(({ spanID, operationName, processID, references, tags }) => ({
    id: spanID,
    parentId: references.find(({ refType, traceID }) => refType === 'CHILD_OF' && traceID === traceId)?.spanID,
    name: operationName,
    service: trace.processes[processID]!.serviceName,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  }))
}
