import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Answer {
  /** Null: none came, `fault` says why. */
  readonly status: number | null
  readonly body: Readonly<Record<string, unknown>>
  readonly fault?: string
}

export type ConnectionKind = 'pooled' | 'fresh'

export interface LoadClient {
  /** Sends once, and never again, whatever becomes of it. */
  send(request: Sent, connection: ConnectionKind): Promise<Answer>
  stop(): void
}

/** As the shop's own clients have it (packages/http): given up before the server would. */
const idleMs = 4000
const answerWithinMs = 10_000

/** Half of the load comes from people who stay (keep-alive), half from people who just came. */
export function loadClient(): LoadClient {
  const pool = { keepAlive: true, noDelay: true, timeout: idleMs }
  const agents = { pooled: new Agent(pool), fresh: new Agent({ keepAlive: false }) }
  return {
    send: (request, connection) =>
      sendOnce(request, agents[connection]).catch((error: NodeJS.ErrnoException) => ({
        status: null,
        body: {},
        fault: error.name === 'AbortError' ? `no answer within ${answerWithinMs} ms` : (error.code ?? error.message),
      })),
    stop() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

async function sendOnce({ method, url, headers, body }: Sent, agent: Agent): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const described = bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {}
  const signal = AbortSignal.timeout(answerWithinMs)
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = httpRequest(url, { method, agent, signal, headers: { ...headers, ...described } }, resolve)
  request.on('error', reject)
  request.end(bytes)
  const response = await answered
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) text += String(chunk)
  return { status: response.statusCode ?? null, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
}
