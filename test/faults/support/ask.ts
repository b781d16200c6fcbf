/** One answer as a client of a black box sees it. */
export interface Told {
  /** Null when none came within the client's limit, or the connection broke. */
  readonly status: number | null
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  readonly body: any
  readonly ms: number
}

export interface Asked {
  readonly token?: string | undefined
  readonly key?: string
  readonly body?: unknown
  readonly waitS?: number
}

/** order-protocol.md: clients wait 5 s. */
const clientLimitMs = 5000

/** Sends one request once. */
export async function ask(method: string, url: string, { token, key, body, waitS }: Asked = {}): Promise<Told> {
  const startedMs = performance.now()
  const told = (status: number | null, answer?: unknown): Told => ({
    status,
    body: answer,
    ms: performance.now() - startedMs,
  })
  try {
    const answer = await fetch(url, {
      method,
      headers: {
        ...(token ? { authorization: token } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
        ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(clientLimitMs),
    })
    const text = await answer.text()
    return told(answer.status, text === '' ? undefined : JSON.parse(text))
  } catch {
    return told(null)
  }
}
