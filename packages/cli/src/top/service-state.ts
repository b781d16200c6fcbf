import type { MetricName, NodeMetricName } from '@toko/runtime'
import type { Sample } from './parse-metrics.ts'
import { type Buckets, quantile } from './quantile.ts'
import type { Snapshot } from './snapshot.ts'

type Name = MetricName | NodeMetricName
type Wanted = (labels: Sample['labels']) => boolean

/** A service between two scrapes. Null: its metrics say nothing about it. */
export interface ServiceState {
  readonly service: string
  /** Why it could not be read; everything else is null then. */
  readonly fault: string | null
  readonly requestsPerSecond: number | null
  /** Share of requests that ended with a 5xx. */
  readonly errorShare: number | null
  readonly p50Seconds: number | null
  readonly p99Seconds: number | null
  readonly inFlight: number | null
  /** Of its process, as memory is: 0 idle, 1 saturated. */
  readonly eventLoopUtilization: number | null
  readonly memoryBytes: number | null
  readonly outboxPending: number | null
  readonly outboxAgeSeconds: number | null
  /** Messages of its process that are queued or under way. */
  readonly busPending: number | null
  readonly busConnected: boolean | null
  readonly deadLetters: number | null
  /** Targets whose circuit breaker is not closed. */
  readonly openBreakers: readonly string[]
}

const sent = 'http_server_request_duration_seconds'

/** What changed between two scrapes of a service, and what it says now. A counter that fell was started again: it counts from 0. */
export function serviceState(service: string, before: Snapshot, now: Snapshot): ServiceState {
  const [first, last] = [before.samples ?? [], now.samples ?? []]
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000)
  const buckets = risesBy(`${sent}_bucket`, 'le', first, last)
  const statuses = risesBy(`${sent}_count`, 'http_response_status_code', first, last)
  const requests = total(statuses.values())
  const failed = total([...statuses].flatMap(([status, count]) => (status.startsWith('5') ? [count] : [])))
  const isKnown = now.samples !== undefined && before.samples !== undefined
  const bounds: Buckets = new Map(
    [...buckets].map(([le, count]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count]),
  )
  const connected = sumOf(last, 'toko_bus_connected')
  return {
    service,
    fault: now.fault ?? null,
    requestsPerSecond: isKnown ? requests / seconds : null,
    errorShare: isKnown && requests > 0 ? failed / requests : null,
    p50Seconds: quantile(0.5, bounds),
    p99Seconds: quantile(0.99, bounds),
    inFlight: sumOf(last, 'http_server_active_requests'),
    eventLoopUtilization: sumOf(last, 'nodejs_eventloop_utilization_ratio'),
    memoryBytes: sumOf(last, 'process_resident_memory_bytes'),
    outboxPending: sumOf(last, 'toko_outbox_pending'),
    outboxAgeSeconds: sumOf(last, 'toko_outbox_oldest_age_seconds'),
    busPending: sumOf(last, 'toko_bus_pending_messages'),
    busConnected: connected === null ? null : connected > 0,
    deadLetters: sumOf(last, 'toko_dead_letters_parked'),
    openBreakers: named(last, 'toko_breaker_state')
      .filter(({ value }) => value > 0)
      .map(({ labels }) => labels['target'] ?? ''),
  }
}

const named = (
  samples: readonly Sample[],
  name: Name | `${Name}_bucket` | `${Name}_count`,
  wanted: Wanted = () => true,
) => samples.filter((sample) => sample.name === name && wanted(sample.labels))

const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0)

function sumOf(samples: readonly Sample[], name: Name): number | null {
  const found = named(samples, name)
  return found.length === 0 ? null : total(found.map(({ value }) => value))
}

/** Rise of a counter between the scrapes, summed over all series with the same value of one label. */
function risesBy(
  name: `${Name}_bucket` | `${Name}_count`,
  label: string,
  before: readonly Sample[],
  now: readonly Sample[],
): Map<string, number> {
  const key = ({ labels }: Sample) =>
    Object.entries(labels)
      .map((pair) => pair.join('='))
      .toSorted()
      .join()
  const earlier = new Map(named(before, name).map((sample) => [key(sample), sample.value]))
  const rises = new Map<string, number>()
  for (const sample of named(now, name)) {
    const was = earlier.get(key(sample)) ?? 0
    const value = sample.labels[label] ?? ''
    rises.set(value, (rises.get(value) ?? 0) + (sample.value < was ? sample.value : sample.value - was))
  }
  return rises
}
