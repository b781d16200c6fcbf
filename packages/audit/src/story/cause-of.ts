import type { OrderReason, OrderStatus, StoryCause, StorySpan, StoryTrace } from '@toko/contracts'
import { type StoryFacts, valueOf } from './facts.ts'
import { serviceOf, suspectOf } from './root-cause.ts'
import { spanGraph } from './span-graph.ts'
import { ownerOf } from './story-events.ts'
import { isRead } from './traces-of.ts'

/** People or rules of trade decided so: nothing failed. */
const decided: ReadonlySet<OrderReason | undefined> = new Set<OrderReason>([
  'insufficient-stock',
  'unavailable',
  'price-changed',
  'payment-declined',
  'cancelled-by-user',
  'cancelled-by-staff',
  'unpaid-timeout',
])

/** Whose answer an order waits for. */
const awaited: Partial<Record<OrderStatus, string>> = {
  pending: 'product',
  paying: 'payment',
  voiding: 'payment',
  authorised: 'product',
  cancelling: 'product',
  freeing: 'product',
  refunding: 'payment',
}

/** Who was too late or wrong when an order ends for this reason. */
const blamed: Partial<Record<OrderReason, string>> = {
  'pending-timeout': 'product',
  'too-old': 'product',
  'payment-timeout': 'payment',
  'payment-mismatch': 'payment',
}

/**
 * The service where it began, from the strongest evidence there is: failed spans, dead letters, log lines, and last what the
 * order waited for. Null for an order that went as it should, or ended as somebody decided.
 */
export function causeOf(facts: StoryFacts, traces: readonly StoryTrace[], isInTime: boolean | null): StoryCause | null {
  const { order, audited } = facts
  const parked = valueOf(audited)?.parked
  if (parked !== undefined)
    return { ...bare('order', 'waiting', 'held back until a person has looked'), message: parked }
  const isConfirmed = ['confirmed', 'shipped', 'completed'].includes(order.status)
  if (decided.has(order.reason) || (isConfirmed && isInTime !== false)) return null
  return bySpans(traces, order.reason) ?? byDeadLetters(facts) ?? byLogs(facts) ?? byWaiting(facts, isInTime)
}

const bare = (service: string, evidence: StoryCause['evidence'], operation: string): StoryCause => ({
  service,
  evidence,
  operation,
  errorType: null,
  message: null,
  traceId: null,
  spanId: null,
})

/**
 * Each trace has a vote, its root-cause span; whoever the order's own reason blames needs no more than one. The earliest span
 * of the winner tells.
 */
function bySpans(traces: readonly StoryTrace[], reason: OrderReason | undefined): StoryCause | null {
  const graph = spanGraph(traces.flatMap(({ spans }) => spans))
  const acting = traces.filter((trace) => !isRead(trace))
  const votes = acting.flatMap(({ rootCause, spans }) => spans.filter(({ spanId }) => spanId === rootCause))
  const bySuspect = Map.groupBy(votes, (span) => suspectOf(span, graph))
  const earliest = (spans: readonly StorySpan[]) => Math.min(...spans.map(({ startMs }) => startMs))
  const isBlamed = (suspect: string) => Number(reason !== undefined && blamed[reason] === suspect)
  const [winner] = [...bySuspect].toSorted(
    ([one, a], [other, b]) => isBlamed(other) - isBlamed(one) || b.length - a.length || earliest(a) - earliest(b),
  )
  if (!winner) return null
  const [service, spans] = winner
  const span = spans.find(({ startMs }) => startMs === earliest(spans))!
  const { name, errorType, message, traceId, spanId } = span
  return { service, evidence: 'span', operation: name, errorType, message, traceId, spanId }
}

function byDeadLetters({ deadLetters }: StoryFacts): StoryCause | null {
  const [letter] = valueOf(deadLetters) ?? []
  if (!letter) return null
  const { queue, type, error } = letter
  const found = bare(ownerOf(queue), 'dead-letter', `handling ${type}`)
  return { ...found, errorType: error.name, message: error.message }
}

/** `product-service: breaker-open`: the message of a call without an answer names who was called. */
const calledIn = /^(?:\w+: )?([a-z]+-service): /

function byLogs({ logs }: StoryFacts): StoryCause | null {
  const troubles = (valueOf(logs) ?? []).filter(
    ({ level, error }) => error !== null && ['warn', 'error', 'fatal'].includes(level),
  )
  const [line] = troubles
  if (!line) return null
  const target = calledIn.exec(line.error!)?.[1]
  const service = target === undefined ? line.service : serviceOf(target)
  return { ...bare(service, 'log', line.message), message: line.error, traceId: line.traceId }
}

function byWaiting({ order, audited, nowMs }: StoryFacts, isInTime: boolean | null): StoryCause | null {
  const late = order.reason && blamed[order.reason]
  if (late !== undefined) return bare(late, 'waiting', `no usable answer in time: ${order.reason}`)
  if (isInTime !== false) return null
  const history = valueOf(audited)?.history ?? []
  const waits = history.map(({ status, at }, index) => ({
    status,
    ms: (history[index + 1] ? Date.parse(history[index + 1]!.at) : nowMs) - Date.parse(at),
  }))
  const longest = waits.filter(({ status }) => awaited[status]).toSorted((a, b) => b.ms - a.ms)[0]
  return longest ? bare(awaited[longest.status]!, 'waiting', `${longest.status} for ${longest.ms} ms`) : null
}
