import { prometheusUrl } from './shop.ts'

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** The instant value of every series of a PromQL expression. @throws Error for what Prometheus refuses */
export async function query(expression: string): Promise<{ labels: Sample['metric']; value: number }[]> {
  const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const body = (await answer.json()) as { status: string; error?: string; data: { result: Sample[] } }
  if (body.status !== 'success') throw new Error(`${expression}: ${body.error}`)
  return body.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
}

export interface Target {
  readonly scrapeUrl: string
  readonly health: string
  readonly lastError: string
}

/** Everything that Prometheus scrapes. */
export async function scrapeTargets(): Promise<Target[]> {
  const answer = await fetch(`${prometheusUrl}/api/v1/targets?state=active`)
  return ((await answer.json()) as { data: { activeTargets: Target[] } }).data.activeTargets
}
