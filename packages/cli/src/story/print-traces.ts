import type { OrderStory, StorySpan, StoryTrace } from '@toko/contracts'
import type { Output } from '../io/output.ts'
import { clock, cut } from './text.ts'

/** Every trace on two lines; of one in which something failed also the way from its first span to the root cause. */
export function printTraces(output: Output, { traces }: OrderStory): void {
  output.line(`\n${output.paint('bold', 'Traces')}`)
  if ('fault' in traces) return output.line('  not known: see Missing')
  if (traces.value.length === 0) return output.line('  none')
  for (const trace of traces.value) printTrace(output, trace)
}

function printTrace(output: Output, { traceId, name, services, startedAt, durationMs, rootCause, spans }: StoryTrace) {
  const failed = spans.filter(({ isError }) => isError).length
  output.line(`  ${traceId}  ${cut(name, 44)}`)
  const facts = [clock(startedAt), `${Math.round(durationMs)} ms`, services.join(' '), `${spans.length} spans`]
  output.line(`    ${[...facts, failed > 0 ? output.paint('red', `${failed} failed`) : 'none failed'].join(', ')}`)
  const cause = spans.find(({ spanId }) => spanId === rootCause)
  if (!cause) return
  const way = wayTo(cause, spans)
  way.forEach((span, depth) => {
    const isCause = span === cause
    const text = [`${span.service}: ${span.name}`, span.errorType].filter(Boolean).join(', ')
    const [mark, room] = isCause ? ['✗', 58] : ['·', 72]
    const line = `    ${' '.repeat(Math.min(depth, 8))}${mark} ${cut(text, room - Math.min(depth, 8))}`
    output.line(isCause ? output.paint('red', `${line}  ← root cause`) : line)
  })
}

/** Its ancestors, the first one first, and itself. */
function wayTo(span: StorySpan, spans: readonly StorySpan[]): StorySpan[] {
  const byId = new Map(spans.map((each) => [each.spanId, each]))
  const way = new Set([span])
  for (const each of way) {
    const parent = each.parentSpanId === null ? undefined : byId.get(each.parentSpanId)
    if (parent) way.add(parent)
  }
  return [...way].toReversed()
}
