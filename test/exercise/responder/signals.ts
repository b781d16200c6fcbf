/** An alert as Prometheus has it: all that whoever is woken gets to see. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  /** When it was first true. */
  readonly activeAt: string
}

/** A place where it began. */
export interface Cause {
  readonly service: string
  readonly operation: string
  readonly errorType: string | null
}

/** One series of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const limitMs = 5000

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.json()
}

/** Alerts that fire now, but for the one that always does. */
export async function firingAlerts(prometheusUrl: string): Promise<Alert[]> {
  const { data } = (await getJson(`${prometheusUrl}/api/v1/alerts`)) as { data: { alerts: Alert[] } }
  return data.alerts.filter(({ state, labels }) => state === 'firing' && labels['severity'] !== 'none')
}

export async function query(prometheusUrl: string, expr: string): Promise<Sample[]> {
  const { data } = (await getJson(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expr)}`)) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] }
  }
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
}

/** What a link of an alert to Jaeger's search page shows: the same question to its API. */
export const readTraces = async (link: string): Promise<unknown> => getJson(link.replace('/search?', '/api/traces?'))
