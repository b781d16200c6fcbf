import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'
import type { Part } from './part.ts'
import { listen, closeServer } from './listen.ts'

interface AdminOptions {
  readonly service: string
  readonly host: string
  readonly port: number
  readonly metrics: Metrics
  /** Rejects with the reason when the service can't serve. */
  readonly ready: () => Promise<void> | void
}

/**
 * `/livez` (the event loop answers), `/readyz` (503 with the reason, also while draining) and `/metrics`.
 * Never exposed to clients; liveness stays 200 while draining, or the pod would be killed in the middle of it.
 */
export function adminListener(options: AdminOptions): Part & { port(): number } {
  let isDraining = false
  const readiness = async (): Promise<[number, string]> => {
    if (isDraining) return [503, 'draining']
    try {
      await options.ready()
      return [200, 'ready']
    } catch (error) {
      return [503, (error as Error).message]
    }
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    if (request.url === '/livez') answer(200, 'alive\n')
    else if (request.url === '/readyz') {
      const [status, text] = await readiness()
      answer(status, `${text}\n`)
    } else if (request.url === '/metrics') answer(200, await options.metrics.render(), options.metrics.contentType)
    else answer(404, 'only /livez, /readyz and /metrics\n')
  }
  const server = createServer((request, response) => void serve(request, response))
  return {
    name: `${options.service} admin`,
    port: () => (server.address() as AddressInfo).port,
    start: () => listen(server, options.host, options.port, `${options.service} admin port`),
    drain: () => {
      isDraining = true
    },
    stop: () => closeServer(server),
  }
}
