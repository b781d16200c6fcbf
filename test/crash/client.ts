import { setTimeout as sleep } from 'node:timers/promises'

interface Call {
  readonly token?: string
  readonly key?: string
  readonly body?: unknown
  readonly prefer?: string
}

export interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- a client of a black box reads what comes
  readonly body: any
}

const clientLimitMs = 5000
const pauseMs = 100

/** One request; undefined when the outcome is unknown: no answer, a reset, a 5xx. */
async function attempt(method: string, url: string, { token, key, body, prefer }: Call): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(token ? { authorization: token } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
        ...(prefer ? { prefer } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(clientLimitMs),
    })
    const text = await response.text()
    if (response.status >= 500) return undefined
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Sends a request again, with the same key, until its outcome is known. @throws Error after the limit */
export async function send(method: string, url: string, call: Call = {}, limitMs = 60_000): Promise<Answer> {
  const untilMs = performance.now() + limitMs
  for (;;) {
    const answer = await attempt(method, url, call)
    if (answer) return answer
    if (performance.now() > untilMs) throw new Error(`${method} ${url}: no outcome in ${limitMs} ms`)
    await sleep(pauseMs)
  }
}

/** The same, for a request that must work: the body of its answer. */
export async function must(method: string, url: string, call: Call = {}): Promise<Answer['body']> {
  const { status, body } = await send(method, url, call)
  if (status >= 400) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(body)}`)
  return body
}
