import { readFileSync } from 'node:fs'
import { jaegerSpans } from '@toko/audit'
import type { Counted } from '../report/row.ts'

export interface OrderTraces {
  readonly traces: Counted
  readonly orphans: number
  readonly named: Counted
  /** What was not as it should be, a line each. */
  readonly complaints: readonly string[]
}

interface RawSpan {
  readonly operationName: string
  readonly spanID: string
  readonly tags: readonly { readonly key: string; readonly value: unknown }[]
}
interface Document {
  readonly data?: readonly { readonly traceID: string; readonly spans: readonly RawSpan[] }[]
}

const perOrder = { service: 'order', lookback: '1h', limit: '20' }
const kinds: readonly unknown[] = ['server', 'producer', 'consumer']

/** Whether each confirmed order is one whole trace from its request to the last message, and says everywhere whose it is. */
export async function readOrderTraces(
  jaegerUrl: string,
  ids: readonly string[],
  logFiles: readonly string[],
): Promise<OrderTraces> {
  let [whole, orphans, good, all] = [0, 0, 0, 0]
  const complaints: string[] = []
  const placements: string[] = []
  for (const id of ids) {
    const search = new URLSearchParams({ ...perOrder, tags: JSON.stringify({ 'order.id': id }) })
    const document = (await (await fetch(`${jaegerUrl}/api/traces?${search}`)).json()) as Document
    const spans = jaegerSpans(document)
    const known = new Set(spans.map(({ spanId }) => spanId))
    const lost = spans.filter(({ parentSpanId }) => parentSpanId !== null && !known.has(parentSpanId))
    const root = spans.find(({ name, parentSpanId }) => name === 'POST /orders' && parentSpanId === null)
    // Work that a sweeper took up later is a trace of its own, which links to where it began.
    const services = new Set(spans.map(({ service }) => service))
    const isWhole =
      root !== undefined && lost.length === 0 && ['order', 'product', 'payment'].every((name) => services.has(name))
    orphans += lost.length
    if (isWhole) whole++
    else
      complaints.push(
        `one whole trace: ${root ? [...services].join(' ') : 'no root'}, ${lost.map(({ name }) => name).join(', ')}`,
      )
    if (root) placements.push(root.traceId)
    for (const span of (document.data ?? [])
      .filter(({ traceID }) => traceID.padStart(32, '0') === root?.traceId)
      .flatMap((trace) => trace.spans)) {
      const tags = new Map(span.tags.map(({ key, value }) => [key, value]))
      if (!kinds.includes(tags.get('span.kind'))) continue
      all++
      if (tags.get('order.id') === id) good++
      else complaints.push(`span "${span.operationName}" does not name it`)
    }
  }
  const lines = logLines(logFiles, placements)
  for (const { text, isNamed } of lines) {
    all++
    if (isNamed) good++
    else complaints.push(`log line "${text}" does not name its order`)
  }
  return { traces: { good: whole, all: ids.length }, orphans, named: { good, all }, complaints }
}

/** Lines of these traces. */
function logLines(files: readonly string[], traceIds: readonly string[]): { text: string; isNamed: boolean }[] {
  const wanted = new Set(traceIds)
  return files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .flatMap((line) => {
      const traceId = /"trace_id":"([0-9a-f]{32})"/.exec(line)?.[1]
      if (traceId === undefined || !wanted.has(traceId)) return []
      const told = JSON.parse(line) as Record<string, unknown>
      const text = [told['service'], told['msg'], told['method'], told['route']].filter(Boolean).join(' ')
      return [{ text, isNamed: told['order_id'] !== undefined }]
    })
}
