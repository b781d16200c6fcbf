import { setTimeout as sleep } from 'node:timers/promises'
import { jaegerSpans } from '@toko/audit'
import type { StorySpan } from '@toko/contracts'
import { causesInMetrics, hasHadAnswers, justStarted } from './metric-causes.ts'
import { type Alert, type Cause, readTraces } from './signals.ts'
import { causesOfFailure, causesOfSlowness, type Voted } from './trace-causes.ts'

/** What whoever was woken found out. */
export interface Response {
  /** The likeliest first; at most three. */
  readonly causes: readonly Cause[]
  readonly steps: number
  readonly seconds: number
}

/** Alerts whose own labels name the place (docs/runbooks/procedure.md). */
const named: Readonly<Record<string, (labels: Alert['labels']) => Omit<Cause, 'service'>>> = {
  ServiceAbsent: () => ({ operation: 'process', errorType: 'absent' }),
  ServiceRestarts: () => ({ operation: 'process', errorType: 'restarts' }),
  EventLoopBusy: () => ({ operation: 'event loop', errorType: 'late' }),
  HeapGrows: () => ({ operation: 'heap', errorType: 'grows' }),
}

/** Spans are under way for a second or two. */
const ingestMs = 4000
/** Over which rules without a label `window` look at the exercise's pace: what failed before is another story. */
const lookBackSeconds = 10
/** No publish of a message failed before it was written: as long as it may wait at that pace, and an evaluation. */
const outboxSeconds = 5
/** A process that is younger has just been started. */
const youngSeconds = 20

/**
 * From an alert to its cause: 1. the label, where the alert is about a process; 2. its link to traces; 3. the dashboards'
 * cause queries, where no trace failed or the failed one says no more than its answer. Reads nothing else.
 */
export async function respond(alert: Alert, prometheusUrl: string): Promise<Response> {
  const startedMs = performance.now()
  let steps = 0
  const done = (causes: readonly Cause[]): Response => ({
    causes: unique(causes).slice(0, 3),
    steps,
    seconds: (performance.now() - startedMs) / 1000,
  })
  const { labels, annotations, activeAt } = alert
  const windowSeconds = Number(/^(\d+)s$/.exec(labels['window'] ?? '')?.[1] ?? lookBackSeconds)
  const tracedSeconds = labels['alertname'] === 'OutboxStuck' ? outboxSeconds : windowSeconds
  const sinceMs = Date.parse(activeAt) - tracedSeconds * 1000

  steps++
  const own = named[labels['alertname'] ?? '']
  if (own) return done([{ service: labels['service'] ?? 'unknown', ...own(labels) }])

  const isAboutAnswers = labels['alertname'] === 'ApiAvailabilityBurn'
  const link = annotations['traces_url']
  const voted = link === undefined ? [] : await causesInTraces(link, sinceMs, isAboutAnswers)
  if (voted[0] && !voted[0].isBare) {
    const caller = labels['service']
    const isCalled = caller !== undefined && ![caller, 'broker'].includes(voted[0].service)
    if (!isCalled) return done(voted)
    steps++
    return done(await deployed(voted, caller, prometheusUrl))
  }

  steps++
  const measured = await causesInMetrics(prometheusUrl, windowSeconds)
  const suspects = new Set([...voted.map(({ service }) => service), labels['service']])
  const about = measured.filter(({ service }) => service === 'broker' || suspects.has(service))
  const told = isAboutAnswers ? about.filter(explainsAnswers) : about
  const all = [...told, ...voted.toSorted((a, b) => Number(isOfOthers(a)) - Number(isOfOthers(b))), ...measured]
  return done(all.length > 0 ? all : fallback(labels))
}

/** A backlog of messages makes no request fail. */
const explainsAnswers = ({ operation }: Cause) => operation !== 'outbox relay' && operation !== 'publish'

/** A service answers 503 when another lets it down: one that a trace names says more. */
const isOfOthers = ({ isBare, errorType }: Voted) => isBare && errorType === '503'

/** What is sent or taken later, by messages, makes no request fail. */
const isMessage = ({ kind }: StorySpan) => kind === 'producer' || kind === 'consumer'

async function causesInTraces(link: string, sinceMs: number, isAboutAnswers: boolean): Promise<Voted[]> {
  for (const untilMs = performance.now() + ingestMs; ; await sleep(500)) {
    const all = jaegerSpans(await readTraces(link))
    const spans = isAboutAnswers ? all.filter((span) => !isMessage(span)) : all
    const found = link.includes('minDuration') ? causesOfSlowness(spans, sinceMs) : causesOfFailure(spans, sinceMs)
    if (found.length > 0 || performance.now() > untilMs) return found
  }
}

/** Who was just started and has had no answer since has new code or configuration: it comes before whom it calls. */
async function deployed(voted: readonly Voted[], caller: string, prometheusUrl: string): Promise<Cause[]> {
  const first = voted[0]!
  const [young, hadAnswers] = await Promise.all([
    justStarted(prometheusUrl, youngSeconds),
    hasHadAnswers(prometheusUrl, caller, first.service),
  ])
  const isCallers = young.includes(caller) && !young.includes(first.service) && !hadAnswers
  return isCallers ? [{ ...first, service: caller }, ...voted] : [...voted]
}

const fallback = ({ service, queue, target }: Alert['labels']): Cause[] => {
  if (target !== undefined) return [{ service: target.replace(/-service$/, ''), operation: 'calls', errorType: null }]
  if (queue !== undefined) return [{ service: service ?? 'unknown', operation: `${queue} process`, errorType: null }]
  return service === undefined ? [] : [{ service, operation: 'unknown', errorType: null }]
}

function unique(causes: readonly Cause[]): Cause[] {
  const byKey = new Map(
    causes.map(({ service, operation, errorType }) => [
      `${service} ${operation} ${errorType}`,
      { service, operation, errorType },
    ]),
  )
  return [...byKey.values()]
}
