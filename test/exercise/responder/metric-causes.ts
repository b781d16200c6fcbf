import { type Cause, query, type Sample } from './signals.ts'

/** A query of the dashboards that tells a cause, and what a series of its answer says. */
interface Clue {
  readonly expr: (window: string) => string
  readonly says: (labels: Sample['labels']) => Cause
}

const of = (labels: Sample['labels']) => labels['service'] ?? 'unknown'
const broker = (errorType: string): Cause => ({ service: 'broker', operation: 'publish', errorType })

/** "The platform" and "a service", from what explains most to what explains least. */
const clues: readonly Clue[] = [
  { expr: () => 'rabbitmq_alarms_free_disk_space_watermark > 0', says: () => broker('disk') },
  { expr: () => 'rabbitmq_alarms_memory_used_watermark > 0', says: () => broker('memory') },
  { expr: () => 'count(toko_bus_connected < 1) > 1', says: () => broker('disconnected') },
  {
    expr: () => 'up{job="toko"} == 0',
    says: (labels) => ({ service: of(labels), operation: 'process', errorType: 'absent' }),
  },
  {
    expr: () => 'max by (service) (nodejs_eventloop_lag_p99_seconds) > 0.25',
    says: (labels) => ({ service: of(labels), operation: 'event loop', errorType: 'late' }),
  },
  {
    expr: () => 'max by (service) (min_over_time(nodejs_heap_size_used_after_gc_bytes[10s])) > 150 * 1048576',
    says: (labels) => ({ service: of(labels), operation: 'heap', errorType: 'grows' }),
  },
  {
    expr: (window) =>
      `topk(3, sum by (service, error_type) (increase(db_client_operation_duration_seconds_count{error_type!=""}[${window}])) > 0)`,
    says: (labels) => ({ service: of(labels), operation: 'database', errorType: labels['error_type'] ?? null }),
  },
  {
    expr: (window) => `sum by (service) (increase(toko_outbox_publish_errors_total[${window}])) > 0`,
    says: () => broker('unconfirmed'),
  },
  {
    expr: () => 'max by (service) (toko_outbox_oldest_age_seconds) > 3',
    says: (labels) => ({ service: of(labels), operation: 'outbox relay', errorType: 'stuck' }),
  },
]

/** What the dashboards' cause queries say, about anybody. */
export async function causesInMetrics(prometheusUrl: string, windowSeconds: number): Promise<Cause[]> {
  const window = `${windowSeconds}s`
  const answers = await Promise.all(clues.map(async (clue) => query(prometheusUrl, clue.expr(window))))
  return answers.flatMap((samples, n) => samples.map(({ labels }) => clues[n]!.says(labels)))
}

/** Services whose process is younger than so many seconds. */
export async function justStarted(prometheusUrl: string, seconds: number): Promise<string[]> {
  const samples = await query(prometheusUrl, `time() - max by (service) (process_start_time_seconds) < ${seconds}`)
  return samples.map(({ labels }) => of(labels))
}

/** Whether the caller's process has had an answer from there: its counters began at zero. */
export async function hasHadAnswers(prometheusUrl: string, caller: string, called: string): Promise<boolean> {
  const calls = `http_client_request_duration_seconds_count{service="${caller}",server_address="${called}-service",error_type=""}`
  const samples = await query(prometheusUrl, `sum(${calls}) > 0`)
  return samples.length > 0
}
