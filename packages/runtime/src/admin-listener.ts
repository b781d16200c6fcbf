import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openMetricsType, plainTextType, wantsOpenMetrics } from './metrics/exposition.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Part } from './part.ts'
import { listen, closeServer } from './listen.ts'

interface AdminOptions {
  readonly service: string
  readonly host: string
  readonly port: number
  readonly metrics: Metrics
  /** Rejects with the reason when the service can't serve, but for what is excluded. */
  readonly ready: (excluded: ReadonlySet<Excludable>) => Promise<void> | void
}

/**
 * What `/readyz?exclude=…` may leave out, in the way of Kubernetes' own API server. A database that all replicas share says
 * nothing about one of them: a balancer that looked at it would take them all away, and clients had no answer at all.
 */
const excludables = ['database'] as const
type Excludable = (typeof excludables)[number]
const isExcludable = (name: string): name is Excludable => (excludables as readonly string[]).includes(name)

/**
 * `/livez` (the event loop answers), `/readyz` (503 with the reason, also while draining) and `/metrics`.
 * Never exposed to clients; liveness stays 200 while draining, or the pod would be killed in the middle of it.
 */
export function adminListener(options: AdminOptions): Part & { port(): number } {
  let isDraining = false
  const readiness = async (excluded: readonly string[]): Promise<[number, string]> => {
    const unknown = excluded.find((name) => !isExcludable(name))
    if (unknown !== undefined) return [400, `can't exclude ${JSON.stringify(unknown)}, only ${excludables.join(', ')}`]
    if (isDraining) return [503, 'draining']
    try {
      await options.ready(new Set(excluded.filter(isExcludable)))
      return [200, 'ready']
    } catch (error) {
      return [503, (error as Error).message]
    }
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    const url = URL.parse(request.url ?? '', 'http://admin')
    if (url?.pathname === '/livez') answer(200, 'alive\n')
    else if (url?.pathname === '/readyz') {
      const [status, text] = await readiness(url.searchParams.getAll('exclude'))
      answer(status, `${text}\n`)
    } else if (url?.pathname === '/metrics') {
      const isOpenMetrics = wantsOpenMetrics(request.headers.accept)
      const body = await options.metrics.render(isOpenMetrics ? 'openmetrics' : 'text')
      answer(200, body, isOpenMetrics ? openMetricsType : plainTextType)
    } else answer(404, 'only /livez, /readyz and /metrics\n')
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
