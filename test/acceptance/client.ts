import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { Shop } from './shop.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- a client of a black box reads what comes
  readonly body: any
}

interface Call {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/**
 * Sends one request as a client of the shop would. A given shop has limits of its own and may be too busy for many at
 * once: then this comes again when it says, if nothing was started or the request is safe to repeat. A shop of our own
 * has no reason for a 503, so there it is an answer like any other.
 */
export async function call(service: keyof Shop['urls'], request: string, what: Call = {}): Promise<Answer> {
  for (let left = inject('shop').isGiven ? 20 : 0; ; left--) {
    const answer = await send(service, request, what)
    if (answer.status !== 503 || left === 0) return answer
    const isSafe = /^(GET|PUT) /.test(request) || what.headers?.['idempotency-key'] !== undefined
    if (!isSafe && answer.body?.code !== 'overloaded') return answer
    await sleep(1000 * Number(answer.headers.get('retry-after') ?? 1))
  }
}

async function send(service: keyof Shop['urls'], request: string, { token, body, headers }: Call): Promise<Answer> {
  const [method, path] = request.split(' ') as [string, string]
  const response = await fetch(inject('shop').urls[service] + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined
        ? {}
        : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** The same, for steps that a test relies on: any other status is an error with the answer in it. */
export async function ok(...args: Parameters<typeof call>): Promise<Answer['body']> {
  const answer = await call(...args)
  if (answer.status >= 300) throw new Error(`${args[1]}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

export const newKey = () => randomUUID()
