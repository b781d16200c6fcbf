import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** A span ends at its confirm, at a time-out's end, or with its batch: seconds after what it caused. */
const settleMs = 8000

/** Whether each confirmed order is one whole trace from its request to the last message, and says everywhere whose it is. */
export async function readOrderTraces(
  jaegerUrl: string,
  ids: readonly string[],
  logFiles: readonly string[],
): Promise<OrderTraces> {
  const complaints: string[] = []
  const placements: string[] = []
  let [whole, orphans, good, all] = [0, 0, 0, 0]
  const count = (isNamed: boolean, complaint: string) => {
    all++
    if (isNamed) good++
    else complaints.push(`${complaint} does not name its order`)
  }
  const untilMs = performance.now() + settleMs
  for (const id of ids) {
    let seen = await readOne(jaegerUrl, id)
    for (; !seen.isWhole && performance.now() < untilMs; await sleep(500)) seen = await readOne(jaegerUrl, id)
    orphans += seen.lost.length
    if (seen.isWhole) whole++
    else
      complaints.push(`not one whole trace: ${seen.services.join(' ')}; without their parent: ${seen.lost.join(', ')}`)
    if (seen.root) placements.push(seen.root)
    for (const { name, orderId } of seen.naming) count(orderId === id, `span "${name}"`)
  }
  for (const { text, isNamed } of logLines(logFiles, placements)) count(isNamed, `log line "${text}"`)
  return { traces: { good: whole, all: ids.length }, orphans, named: { good, all }, complaints }
}

/** What Jaeger has of one order. */
async function readOne(jaegerUrl: string, id: string) {
  const search = new URLSearchParams({ ...perOrder, tags: JSON.stringify({ 'order.id': id }) })
  const document = (await (await fetch(`${jaegerUrl}/api/traces?${search.toString()}`)).json()) as Document
  const spans = jaegerSpans(document)
  const known = new Set(spans.map(({ spanId }) => spanId))
  const lost = spans.filter(({ parentSpanId }) => parentSpanId !== null && !known.has(parentSpanId))
  const root = spans.find(({ name, parentSpanId }) => name === 'POST /orders' && parentSpanId === null)?.traceId
  // Work that a sweeper took up later is a trace of its own, which links to where it began.
  const services = [...new Set(spans.map(({ service }) => service))]
  const placement = (document.data ?? []).filter(({ traceID }) => traceID.padStart(32, '0') === root)
  const naming = placement
    .flatMap((trace) => trace.spans)
    .map(({ operationName, tags }) => ({
      name: operationName,
      tags: new Map(tags.map(({ key, value }) => [key, value])),
    }))
    .filter(({ tags }) => kinds.includes(tags.get('span.kind')))
  return {
    root,
    services,
    lost: lost.map(({ name }) => name),
    isWhole:
      root !== undefined &&
      lost.length === 0 &&
      ['order', 'product', 'payment'].every((name) => services.includes(name)),
    naming: naming.map(({ name, tags }) => ({ name, orderId: tags.get('order.id') })),
  }
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
