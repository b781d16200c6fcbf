import { parseMetrics, type Sample } from './parse-metrics.ts'

/** What one service told at one moment. */
export interface Snapshot {
  readonly atMs: number
  /** Undefined when its metrics could not be read. */
  readonly samples?: readonly Sample[]
  readonly fault?: string
}

/** Reads the metrics of an admin port. Never rejects: a service that is away is a row that says so. */
export async function snapshot(adminUrl: string, limitMs: number): Promise<Snapshot> {
  try {
    const answer = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(limitMs) })
    if (!answer.ok) return { atMs: performance.now(), fault: `answers ${answer.status}` }
    return { samples: parseMetrics(await answer.text()), atMs: performance.now() }
  } catch (error) {
    const isLate = (error as Error).name === 'TimeoutError'
    return { atMs: performance.now(), fault: isLate ? `no answer within ${limitMs} ms` : 'not reachable' }
  }
}
