import type { Get } from '@toko/audit'
import type { StoryAlert } from '@toko/contracts'

/** One series of a range query. */
interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

/** An alert needs some time to notice, and stays for some. */
const aroundMs = 10 * 60_000

/** Alerts that fired between the order and ten minutes after its last step, from Prometheus. */
export async function readAlerts(get: Get, fromMs: number, untilMs: number): Promise<StoryAlert[]> {
  const end = Math.min(untilMs + aroundMs, Date.now())
  const query = {
    query: 'ALERTS{alertstate="firing"}',
    start: String(Math.floor(fromMs / 1000)),
    end: String(Math.ceil(Math.max(end, fromMs) / 1000)),
    step: '15',
  }
  const answer = (await get('/api/v1/query_range', { query })) as { data?: { result?: Series[] } } | undefined
  return (answer?.data?.result ?? []).map(({ metric, values }) => ({
    name: metric['alertname'] ?? 'unnamed',
    severity: metric['severity'] ?? 'unknown',
    service: metric['service'] ?? null,
    slo: metric['slo'] ?? null,
    firstSeenAt: timeOf(values[0]),
    lastSeenAt: timeOf(values.at(-1)),
  }))
}

const timeOf = (point: Series['values'][number] | undefined): string => new Date((point?.[0] ?? 0) * 1000).toISOString()
