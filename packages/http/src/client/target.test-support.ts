import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger, createMetrics, type Metrics } from '@toko/runtime'
import type { HttpClient, HttpClientOptions } from './client-options.ts'
import { createHttpClient } from './http-client.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A real server on a free port, and a client that calls it. Tests only. */
export interface Target extends AsyncDisposable {
  readonly client: HttpClient
  readonly metrics: Metrics
  readonly requests: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[]
  readonly port: number
  connections(): number
}

export async function startTarget(handler: Handler, options: Partial<HttpClientOptions> = {}): Promise<Target> {
  const requests: Target['requests'] = []
  let connections = 0
  const server = createServer((request, response) => void serve(request, response))
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    await handler(request, response)
  }
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const metrics = createMetrics('test', { processMetrics: false })
  const { port } = server.address() as AddressInfo
  const client = testClient({ baseUrl: `http://127.0.0.1:${port}`, metrics, ...options })
  return {
    port,
    client,
    metrics,
    requests,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await client.stop?.()
    },
  }
}

export function testClient(options: Partial<HttpClientOptions> & { baseUrl: string }): HttpClient {
  return createHttpClient({
    name: 'test',
    target: 'thing-service',
    metrics: createMetrics('test', { processMetrics: false }),
    log: createLogger('test', 'silent'),
    timeoutMs: 2000,
    ...options,
  })
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
}

export function problem(status: number, code: string, more: Record<string, unknown> = {}) {
  return { type: `https://toko.test/${code}`, title: code, status, code, ...more }
}

/** What a call ended with, so that an unexpected success fails the expectation on it. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => ({ unexpectedAnswer: answer }),
    (error: unknown) => error,
  )
}
